import { type ConverseResponse, isConverseError, type JsonValue, tellListener } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import type { EmulatedCall } from './call.ts';
import { type WireError, wireError } from './errors.ts';
import type { WireFaultName } from './faults.ts';

/** How a call ended. `events` is how many had been handed out, where the end came inside of a stream. */
export type Outcome =
  | { type: 'answered'; reply: ConverseResponse }
  /** Of CountTokens. */
  | { type: 'counted'; inputTokens: number }
  | { type: 'failed'; error: WireError; events?: number }
  | { type: 'broken'; fault: WireFaultName; events?: number }
  /** The client went away before its end. */
  | { type: 'left'; events?: number };

/** A call that arrived, and how it ended. */
export type RecordedCall = EmulatedCall & {
  /** When it arrived, in ms since 1970. */
  at: number;
  /** `undefined` as long as it is under way. */
  outcome?: Outcome | undefined;
};

const rememberedCalls = 1_000;
// Of characters and bytes in requests: there may be pictures and documents without end.
const rememberedLength = 64_000_000;

export type JournalOptions = { wallNow: () => number; log?: ((line: string) => void) | undefined };

/** Remembers the newest calls. */
export function createJournal({ wallNow, log }: JournalOptions) {
  const calls: RecordedCall[] = [];
  const lengths: number[] = [];
  let length = 0;

  function forgetOldest(): void {
    calls.shift();
    length -= lengths.shift() ?? 0;
  }

  return {
    calls,

    add(call: EmulatedCall): RecordedCall {
      const recorded: RecordedCall = { ...call, at: wallNow(), outcome: undefined };
      calls.push(recorded);
      lengths.push(lengthOf(call.request) + lengthOf(call.body));
      length += lengths.at(-1) ?? 0;
      while (calls.length > rememberedCalls || (length > rememberedLength && calls.length > 1)) forgetOldest();
      return recorded;
    },

    /** The first end that is told of a call is its end. */
    end(call: RecordedCall, outcome: Outcome): void {
      if (call.outcome !== undefined) return;
      call.outcome = outcome;
      if (log) tellListener(log, lineOf(call));
    },

    forget(): void {
      while (calls.length > 0) forgetOldest();
    },
  };
}

export type Journal = ReturnType<typeof createJournal>;

/** How an error ends a call. */
export function failed(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted && !isConverseError(error)) return { type: 'left' };
  return { type: 'failed', error: wireError(error) };
}

/** The call as one line of JSON, which `replay` reads again. */
export function lineOf({ number, at, requestId, operation, modelId, region, request, outcome }: RecordedCall): string {
  const head = { number, at: new Date(at).toISOString(), requestId, operation, modelId, region };
  return JSON.stringify({ ...head, request: toJson(request), ...endingOf(outcome) });
}

function endingOf(outcome: Outcome | undefined): object {
  switch (outcome?.type) {
    case 'answered':
      return { reply: replyJson(outcome.reply) };
    case 'counted':
      return { inputTokens: outcome.inputTokens };
    case 'failed':
      return { error: { ...outcome.error, afterEvents: outcome.events } };
    case 'broken':
      return { fault: { fault: outcome.fault, afterEvents: outcome.events } };
    case 'left':
      return { left: true };
    case undefined:
      return { pending: true };
  }
}

/** A scripted reply may hold what JSON cannot say; its caller has learnt of that. */
function replyJson(reply: ConverseResponse): JsonValue {
  try {
    return toJson(reply);
  } catch {
    return null;
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let length = 16;
  for (const inside of Object.values(value)) length += lengthOf(inside);
  return length;
}
