import { callingOnce } from './call-once.ts';
import type { Strategy } from './run.ts';
import type { Request } from './world.ts';

/** Concurrency that grows by one per round trip and is cut by a tenth per throttle, and work that is never given up. */
export const aimd: Strategy = (world, requests, calls, clock, tally) => {
  const once = callingOnce(calls, clock, tally);
  const limits = world.targets.map(({ key }) => ({ key, limit: 10, running: 0, cutAt: 0 }));
  const waiting = [...requests];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let running = 0;

  function fill(): void {
    for (const target of limits) {
      while (waiting.length > 0 && target.running < target.limit) {
        target.running++;
        running++;
        one(target, waiting.pop() as Request).catch(reject);
      }
    }
    if (running === 0 && waiting.length === 0) resolve();
  }

  async function one(target: (typeof limits)[number], request: Request): Promise<void> {
    const startedAt = clock.now();
    if ((await once(target.key, request)) === 'success') target.limit += 1 / target.limit;
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
  return promise;
};
