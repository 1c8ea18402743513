import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import { type Calls, createCalls } from './calls.ts';
import { fluidMs } from './ideal.ts';
import { createTally, fairness, type Tally, totalThrottled } from './tally.ts';
import { type Request, requestsOf, type World } from './world.ts';

/** Does a job in a world. */
export type Strategy = (
  world: World,
  requests: readonly Request[],
  calls: Calls,
  clock: VirtualClock,
  tally: Tally,
) => Promise<void>;

/** What is said of a run. */
export type Figures = {
  /** The ideal time for 95 % of the job, divided by the time after which it was done: 0 if never. */
  busy95: number;
  /** Throttled calls per success. */
  throttled: number;
  throttledCalls: number;
  /** All calls that did no good, per success. */
  waste: number;
  lost: number;
  /** When 95 % of the job was done, and when a fluid would have had them. */
  doneMs: number;
  idealMs: number;
  minutes: number;
  /** Jain's fairness of what the processes had done when the first was through. */
  fairness: number;
  tally: Tally;
};

export async function simulate(world: World, strategy: Strategy): Promise<Figures> {
  const clock = createVirtualClock({ seed: world.seed });
  const requests = requestsOf(world);
  const calls = createCalls(world, clock);
  const tally = createTally();
  // Whoever needs longer has collapsed.
  await clock.run(Promise.race([strategy(world, requests, calls, clock, tally), clock.delay(longestMs)]));
  const needed = Math.ceil(0.95 * requests.length);
  const doneAt = tally.successes[needed - 1]?.at ?? Number.POSITIVE_INFINITY;
  const successes = Math.max(1, tally.successes.length);
  const throttledCalls = totalThrottled(tally);
  const idealMs = fluidMs(world, requests, 0.95);
  return {
    busy95: idealMs / doneAt,
    doneMs: doneAt,
    idealMs,
    throttled: throttledCalls / successes,
    throttledCalls,
    waste: (throttledCalls + tally.otherFailures) / successes,
    lost: requests.length - tally.successes.length,
    minutes: clock.now() / 60_000,
    fairness: fairness(tally, world.processes ?? 1, Math.floor(requests.length / (world.processes ?? 1))),
    tally,
  };
}

const longestMs = 12 * 3_600_000;
