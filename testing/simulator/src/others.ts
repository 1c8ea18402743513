import { createBulkhead, type Delay, fullJitter, isDeadlineError, startDeadlines } from '@outcrop/retry-core';
import type { VirtualClock } from '@outcrop/retry-core/testing';
import type { Answer, Calls } from './calls.ts';
import type { Strategy } from './run.ts';
import { countThrottle, type Tally } from './tally.ts';
import type { Request, Target } from './world.ts';

/** So many calls at once over the targets in turn, each tried so often with a back-off: what p-limit and an SDK make. */
export function fixedConcurrency(options: {
  concurrency: number;
  attempts: number;
  baseMs: number;
  everyTry?: 'next';
}): Strategy {
  const { concurrency, attempts, baseMs, everyTry } = options;
  return async (world, requests, calls, clock, tally) => {
    const bulkhead = createBulkhead({ limit: concurrency, now: clock.now });
    const backoff = fullJitter({ baseMs });
    await Promise.all(
      requests.map((request, index) =>
        bulkhead.run(async () => {
          for (let attempt = 1; attempt <= attempts; attempt++) {
            const turn = everyTry === 'next' ? index + attempt - 1 : index;
            const { key } = world.targets[turn % world.targets.length] as Target;
            if ((await send(calls, clock, tally, key, request)) === 'success') return;
            if (attempt < attempts) await clock.delay(backoff({ attempt, previousMs: 0, random: clock.random }));
          }
        }),
      ),
    );
  };
}

/** Concurrency that grows by one per window and is cut by a tenth per throttle, and work that is never given up. */
export function aimd(): Strategy {
  return async (world, requests, calls, clock, tally) => {
    const limits = world.targets.map(({ key }) => ({ key, limit: 10, running: 0, cutAt: 0, waitUntil: 0 }));
    const waiting = [...requests];
    await new Promise<void>((resolve) => {
      let running = 0;
      function fill(): void {
        for (const target of limits) {
          while (waiting.length > 0 && target.running < target.limit) {
            target.running++;
            running++;
            void one(target, waiting.pop() as Request);
          }
        }
        if (running === 0 && waiting.length === 0) resolve();
      }
      async function one(target: (typeof limits)[number], request: Request): Promise<void> {
        const startedAt = clock.now();
        const outcome = await send(calls, clock, tally, target.key, request);
        if (outcome === 'success') target.limit += 1 / target.limit;
        else {
          if (startedAt > target.cutAt) {
            target.limit = Math.max(1, 0.9 * target.limit);
            target.cutAt = clock.now();
          }
          waiting.push(request);
          // It holds its place for a second, or it would be back at once.
          await clock.delay(1_000);
        }
        target.running--;
        running--;
        fill();
      }
      fill();
    });
  };
}

/** Sees every level and every outage, and never sends what would be refused. */
export function oracle(): Strategy {
  return async (world, requests, calls, clock, tally) => {
    const waiting = [...requests].reverse();
    const running = new Map<string, number>();
    const onWay = new Map<string, number>();
    let turn = 0;
    let left = requests.length;

    function hasRoom({ key, quota, outages = [] }: Target, request: Request): boolean {
      const at = clock.now() + 30;
      const isOut = outages.some(({ fromMs, toMs }) => at >= fromMs && clock.now() < toMs);
      const isFull = (running.get(key) ?? 0) >= (quota.concurrent ?? Number.POSITIVE_INFINITY);
      // What is on its way is not counted by the service yet.
      return (
        !isOut &&
        !isFull &&
        calls.service.hasRoom(key, { ...request, inputTokens: request.inputTokens + (onWay.get(key) ?? 0) })
      );
    }

    function count(key: string, change: number): void {
      running.set(key, (running.get(key) ?? 0) + change);
    }

    while (left > 0) {
      const request = waiting.at(-1);
      const usable = request && world.targets.filter((target) => hasRoom(target, request));
      const target = usable?.[turn++ % usable.length];
      if (request === undefined || target === undefined) {
        await clock.delay(request === undefined ? 500 : 50);
        continue;
      }
      waiting.pop();
      count(target.key, 1);
      const size = request.inputTokens + request.maxTokens;
      onWay.set(target.key, (onWay.get(target.key) ?? 0) + size);
      void clock.delay(30).then(() => onWay.set(target.key, (onWay.get(target.key) ?? 0) - size));
      void send(calls, clock, tally, target.key, request, 60_000).then((outcome) => {
        count(target.key, -1);
        if (outcome === 'success') left--;
        else waiting.push(request);
      });
    }
  };
}

async function send(
  calls: Calls,
  clock: VirtualClock & { delay: Delay },
  tally: Tally,
  key: string,
  request: Request,
  timeoutMs = 300_000,
): Promise<'success' | 'failed'> {
  const deadlines = startDeadlines({ ...clock, attemptMs: timeoutMs });
  try {
    const answer: Answer = await calls.send(key, request, deadlines.signal);
    if (answer.type === 'success') {
      tally.successes.push({ at: clock.now(), process: 0 });
      return 'success';
    }
    if (answer.type === 'throttled') countThrottle(tally, key);
    else tally.otherFailures++;
    return 'failed';
  } catch (error) {
    if (!isDeadlineError(error)) throw error;
    tally.otherFailures++;
    return 'failed';
  } finally {
    deadlines.stop();
  }
}
