import type { ConverseStreamEvent } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';
import { type Check, number, object, wholeNumber } from './check.ts';
import { createRandom } from './random.ts';
import { tokensIn } from './tokens.ts';

/** How long an answer takes. What is scripted event by event takes the time that its script says. */
export type Latency = {
  /** From the call to the first event. */
  firstTokenMs: number;
  tokensPerSecond: number;
  /** By how much each wait may differ, as a share of it: 0.2 is up to a fifth more or less. @default 0 */
  jitter?: number | undefined;
  /** @default the emulator's own `random` */
  seed?: number | undefined;
};

/** Makes answers take their time, which is changed by `set`. */
export function createPace(delay: Delay, random: () => number) {
  let latency: Latency | 'none' = 'none';
  let dice = random;

  function wait(ms: number, signal: AbortSignal): Promise<void> {
    const { jitter = 0 } = latency as Latency;
    return delay(ms * (1 + jitter * (2 * dice() - 1)), signal);
  }

  return {
    get latency(): Latency | 'none' {
      return latency;
    },
    set latency(next: Latency | 'none') {
      latency = readLatency(next, 'latency');
      dice = latency === 'none' || latency.seed === undefined ? random : createRandom(latency.seed);
    },

    /** As long as a reply of so many tokens takes. */
    async beforeReply(outputTokens: number, signal: AbortSignal): Promise<void> {
      if (latency === 'none') return;
      await wait(latency.firstTokenMs + (outputTokens * 1000) / latency.tokensPerSecond, signal);
    },

    /** As long as this event takes behind the one before it. */
    async beforeEvent({ messageStart, contentBlockDelta }: ConverseStreamEvent, signal: AbortSignal): Promise<void> {
      if (latency === 'none') return;
      if (messageStart) await wait(latency.firstTokenMs, signal);
      const tokens = tokensIn(contentBlockDelta?.delta);
      if (tokens > 0) await wait((tokens * 1000) / latency.tokensPerSecond, signal);
    },
  };
}

export type Pace = ReturnType<typeof createPace>;

const fields = object<Latency>(
  { firstTokenMs: number(0), tokensPerSecond: number(0.001), jitter: number(0, 1), seed: wholeNumber(0) },
  ['firstTokenMs', 'tokensPerSecond'],
);

/** A latency out of code, a file or the admin API. Throws a TypeError that says what is wrong and where. */
export const readLatency: Check<Latency | 'none'> = (value, path) => (value === 'none' ? 'none' : fields(value, path));
