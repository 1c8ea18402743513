import { fullJitter } from '@outcrop/retry-core';
import type { VirtualClock } from '@outcrop/retry-core/testing';
import { fixedConcurrency, type Strategy, sdkAttempts, sdkStandard, strategies } from '@outcrop/simulator';
import { bulkRun } from './bulk.ts';

/** Who does a bulk run: ours as a whole, and the policies of what people use. None of those libraries runs here. */
export const bulkRunners = {
  runAll: bulkRun,
  'p-limit, SDK': fixedConcurrency(50, sdkStandard),
  'p-queue with the right cap, SDK': cappedPerMinute(250),
  'LangChain .batch': langChainBatch(50),
  'round robin': strategies['100 at once, round robin'],
  'all-seeing': strategies['all-seeing'],
} as const satisfies Record<string, Strategy>;

/** As many starts a minute as each target's quota of requests has, which its user has looked up. */
function cappedPerMinute(perTarget: number): Strategy {
  return fixedConcurrency(200, (targets, once, clock) => {
    const work = sdkStandard(targets, once, clock);
    const cap = createIntervalCap(perTarget * targets.length, clock);
    return async (request, index) => {
      await cap();
      await work(request, index);
    };
  });
}

/** p-queue's `interval` and `intervalCap`: the counter goes back to zero each minute. */
function createIntervalCap(cap: number, clock: VirtualClock): () => Promise<void> {
  let started = 0;
  return async () => {
    const minute = Math.floor(started++ / cap);
    await clock.delay(minute * 60_000 - clock.now());
  };
}

/** Six more tries with p-retry's waits around a client of AWS's SDK, which tries three times by itself. */
function langChainBatch(limit: number): Strategy {
  const backoff = fullJitter({ baseMs: 2_000, maxMs: 64_000 });
  return fixedConcurrency(limit, (targets, once, clock) => {
    const clients = targets.map(({ key }) => ({ key, tokens: 500 }));
    return async (request, index) => {
      const client = clients[index % clients.length] ?? { key: '', tokens: 0 };
      for (let attempt = 1; attempt <= 7; attempt++) {
        if (await sdkAttempts(client, 3, request, once, clock)) return;
        await clock.delay(backoff({ attempt, previousMs: 0, random: clock.random }));
      }
    };
  });
}
