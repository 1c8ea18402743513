import type { ConverseStreamEvent } from './events.ts';

// Claude holds each value of a tool's input back until it is whole: five minutes of silence before 36,000 tokens were seen.
const whileToolInput = 10;

/**
 * How many times longer than usual the next event may take; `undefined` where this event changes nothing. For whoever
 * keeps `idleMs`: from the start of a tool's input to its end, silence is no sign of a hang.
 */
export function patienceAfter({ contentBlockStart, contentBlockStop }: ConverseStreamEvent): number | undefined {
  if (contentBlockStart?.start?.toolUse !== undefined) return whileToolInput;
  return contentBlockStop === undefined ? undefined : 1;
}
