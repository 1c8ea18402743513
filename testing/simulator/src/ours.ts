import { createFleet, type Fleet, fullJitter, type Lease, startDeadlines } from '@outcrop/retry-core';
import type { VirtualClock } from '@outcrop/retry-core/testing';
import type { Calls } from './calls.ts';
import type { Strategy } from './run.ts';
import { countThrottle, type Tally } from './tally.ts';
import type { Request } from './world.ts';

/**
 * Does the job as a bulk run does: as many calls as the fleet wants on their way, each with fail-over. The maker of
 * the fleet is a parameter so that a broken one can be put in its place.
 */
export function runOurs(makeFleet: typeof createFleet = createFleet): Strategy {
  return ({ targets }, requests, calls, clock, tally) => {
    const keys = targets.map(({ key }) => key);
    return runAll(makeFleet({ ...clock }), keys, requests, calls, clock, tally);
  };
}

function runAll(
  fleet: Fleet,
  keys: readonly string[],
  requests: readonly Request[],
  calls: Calls,
  clock: VirtualClock,
  tally: Tally,
): Promise<void> {
  const backoff = fullJitter({ baseMs: 500 });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let next = 0;
  let running = 0;

  function fill(): void {
    while (next < requests.length && running < Math.min(1_000, fleet.capacity())) {
      running++;
      one(requests[next++] as Request).then(() => {
        running--;
        fill();
      }, reject);
    }
    if (running === 0 && next >= requests.length) resolve();
  }

  async function one(request: Request): Promise<void> {
    const cost = { tokens: request.estimatedInput + request.maxTokens };
    let lease: Lease | undefined;
    for (let failures = 0, attempts = 0; attempts < 8; ) {
      lease = await fleet.acquire(keys, cost, { inPlaceOf: lease });
      const answer = await send(lease, request);
      if (answer === 'done') return;
      if (answer === 'throttled') continue;
      if (answer === 'attempt') attempts++;
      await clock.delay(backoff({ attempt: ++failures, previousMs: 0, random: clock.random }));
    }
  }

  async function send(lease: Lease, request: Request): Promise<'done' | 'throttled' | 'attempt' | 'no_attempt'> {
    const deadlines = startDeadlines({ ...clock, attemptMs: lease.patienceMs, signal: lease.signal });
    try {
      const answer = await calls.send(lease.key, request, deadlines.signal);
      if (answer.type === 'success') {
        lease.settle({ tokens: answer.tokens });
        tally.successes.push(clock.now());
        return 'done';
      }
      if (answer.type === 'throttled') {
        countThrottle(tally, lease.key);
        lease.throttled({ limit: answer.limit });
        return 'throttled';
      }
      tally.otherFailures++;
      lease.failed(answer.type);
      return answer.type === 'error' ? 'attempt' : 'no_attempt';
    } catch {
      tally.otherFailures++;
      lease.failed('timed_out');
      // That a target has gone silent is not the request's fault.
      return lease.signal.aborted ? 'no_attempt' : 'attempt';
    } finally {
      deadlines.stop();
    }
  }

  fill();
  return promise;
}
