import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import { type Calls, createCalls } from './calls.ts';
import { fluidMs } from './ideal.ts';
import { createTally, fairness, type Tally, totalOf } from './tally.ts';
import { type Request, requestsOf, type World } from './world.ts';

/** Does a job, or one process's part of it, in a world. */
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
  /** Jain's fairness of what the processes did from when all were there until the first was through. */
  fairness: number;
  tally: Tally;
};

export async function simulate(world: World, strategy: Strategy): Promise<Figures> {
  const { processes = 1, apartMs = 0 } = world;
  const clock = createVirtualClock({ seed: world.seed });
  const requests = requestsOf(world);
  const calls = createCalls(world, clock);
  const share = Math.ceil(requests.length / processes);
  const tallies = Array.from({ length: processes }, createTally);
  const work = tallies.map(async (tally, index) => {
    const part = requests.slice(index * share, (index + 1) * share);
    if (index > 0) await clock.delay(index * apartMs);
    await strategy(world, part, calls, clock, tally);
  });
  // Whoever needs longer has collapsed.
  await clock.run(Promise.race([Promise.all(work), clock.delay(longestMs)]));
  return figuresOf(tallies, requests.length, fluidMs(world, requests, 0.95), (processes - 1) * apartMs);
}

function figuresOf(tallies: readonly Tally[], requests: number, idealMs: number, allSinceMs: number): Figures {
  const tally = totalOf(tallies);
  const doneMs = tally.successes[Math.ceil(0.95 * requests) - 1] ?? Number.POSITIVE_INFINITY;
  const successes = Math.max(1, tally.successes.length);
  const throttledCalls = [...tally.throttled.values()].reduce((sum, count) => sum + count, 0);
  return {
    busy95: idealMs / doneMs,
    throttled: throttledCalls / successes,
    throttledCalls,
    waste: (throttledCalls + tally.otherFailures) / successes,
    lost: requests - tally.successes.length,
    doneMs,
    idealMs,
    fairness: fairness(tallies, allSinceMs),
    tally,
  };
}

const longestMs = 12 * 3_600_000;
