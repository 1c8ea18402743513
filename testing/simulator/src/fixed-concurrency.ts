import { createBulkhead, fullJitter } from '@outcrop/retry-core';
import type { VirtualClock } from '@outcrop/retry-core/testing';
import { type CallOnce, callingOnce } from './call-once.ts';
import type { Strategy } from './run.ts';
import { createAdaptiveRate } from './sdk-adaptive-rate.ts';
import type { Request, Target } from './world.ts';

/** What is done with one request of a batch. */
type Work = (request: Request, index: number) => Promise<unknown>;

/** So many at once, as p-limit and p-queue have them, each done in some way. */
export function fixedConcurrency(
  limit: number,
  way: (targets: readonly Target[], once: CallOnce, clock: VirtualClock) => Work,
): Strategy {
  return async (world, requests, calls, clock, tally) => {
    const bulkhead = createBulkhead({ limit, now: clock.now });
    const work = way(world.targets, callingOnce(calls, clock, tally), clock);
    await Promise.all(requests.map((request, index) => bulkhead.run(() => work(request, index))));
  };
}

/** As AWS's SDK does unless told otherwise, with one client for each target: 3 attempts, and 500 tokens for retries. */
export function sdkStandard(targets: readonly Target[], once: CallOnce, clock: VirtualClock): Work {
  const clients = targets.map(({ key }) => ({ key, tokens: retryTokens }));
  return async (request, index) => {
    const client = turnOf(clients, index);
    await sdkAttempts(client, 3, request, once, clock);
  };
}

/** As the SDK does in its mode `adaptive`, with 10 attempts, since 3 lose most of a long job. */
export function sdkAdaptive(targets: readonly Target[], once: CallOnce, clock: VirtualClock): Work {
  const clients = targets.map(({ key }) => ({ key, tokens: retryTokens, rate: createAdaptiveRate(clock) }));
  return async (request, index) => {
    const client = turnOf(clients, index);
    const paced: CallOnce = async (key, paced) => {
      await client.rate.wait();
      const outcome = await once(key, paced);
      client.rate.update(outcome === 'throttled');
      return outcome;
    };
    await sdkAttempts(client, 10, request, paced, clock);
  };
}

/** Ten attempts, each at the next target, with waits of up to 20 s: what people write after their first 429. */
export function longBackoff(targets: readonly Target[], once: CallOnce, clock: VirtualClock): Work {
  const backoff = fullJitter({ baseMs: 1_000 });
  return async (request, index) => {
    for (let attempt = 1; attempt <= 10; attempt++) {
      if ((await once(turnOf(targets, index + attempt).key, request)) === 'success') return;
      await clock.delay(backoff({ attempt, previousMs: 0, random: clock.random }));
    }
  };
}

/** As clients of many regions do that know of no quota: each target once with 1, 2, 4 … 60 s in between and no jitter, and the whole of that four times. */
export function roundRobin(targets: readonly Target[], once: CallOnce, clock: VirtualClock): Work {
  return async (request, index) => {
    for (let round = 1; round <= 4; round++) {
      for (let attempt = 1; attempt <= targets.length; attempt++) {
        if ((await once(turnOf(targets, index + round + attempt).key, request)) === 'success') return;
        if (attempt < targets.length) await clock.delay(Math.min(60_000, 1_000 * 2 ** (attempt - 1)));
      }
      await clock.delay(1_000 * 2 ** round);
    }
  };
}

/** A client of AWS's SDK, with what it may still spend on retries. */
export type SdkClient = { key: string; tokens: number };

/** Whether it succeeded. A retry is paid for, and gets its price back when it succeeds. A client that can't pay gives up at once. */
export async function sdkAttempts(
  client: SdkClient,
  attempts: number,
  request: Request,
  once: CallOnce,
  clock: VirtualClock,
): Promise<boolean> {
  let paid = 1;
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(client.key, request);
    if (outcome === 'success') {
      client.tokens = Math.min(retryTokens, client.tokens + paid);
      return true;
    }
    const isThrottle = outcome === 'throttled';
    paid = isThrottle ? 5 : 14;
    if (attempt === attempts || client.tokens < paid) return false;
    client.tokens -= paid;
    await clock.delay(clock.random() * Math.min(20_000, (isThrottle ? 1_000 : 50) * 2 ** (attempt - 1)));
  }
}

const retryTokens = 500;

function turnOf<T>(items: readonly T[], turn: number): T {
  return items[turn % items.length] as T;
}
