import { isDeadlineError, startDeadlines } from '@outcrop/retry-core';
import type { VirtualClock } from '@outcrop/retry-core/testing';
import type { Calls } from './calls.ts';
import { countThrottle, type Tally } from './tally.ts';
import type { Request } from './world.ts';

type Outcome = 'success' | 'throttled' | 'failed';

/** One call of somebody who learns nothing from it but whether it went well. */
export type CallOnce = (key: string, request: Request) => Promise<Outcome>;

export function callingOnce(calls: Calls, clock: VirtualClock, tally: Tally, timeoutMs = 300_000): CallOnce {
  return async (key, request) => {
    const deadlines = startDeadlines({ ...clock, attemptMs: timeoutMs });
    try {
      const { type } = await calls.send(key, request, deadlines.signal);
      if (type === 'success') tally.successes.push(clock.now());
      if (type === 'success') return 'success';
      if (type !== 'throttled') return fail();
      countThrottle(tally, key);
      return 'throttled';
    } catch (error) {
      if (!isDeadlineError(error)) throw error;
      return fail();
    } finally {
      deadlines.stop();
    }
  };

  function fail(): Outcome {
    tally.otherFailures++;
    return 'failed';
  }
}
