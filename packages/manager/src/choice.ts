import { adviceFor, ConverseError } from '@outcrop/converse';
import { isDeadlineError, type Lease, startDeadlines } from '@outcrop/retry-core';
import { type Call, type Candidate, throwIfOver } from './call.ts';
import { exhausted, withAttempts } from './errors.ts';
import { dropOne, missingOf } from './fallback.ts';

/** For so long a call stays with the model that comes first, though another one could start sooner. */
const loyaltyMs = 1_000;

/** The next target that is worth a try, once it has room. Throws if nothing is left, or not in time. */
export async function choose(call: Call): Promise<{ candidate: Candidate; lease: Lease }> {
  for (;;) {
    throwIfOver(call);
    const ready = await untilReady(call);
    const lease = await admit(call, ready);
    const candidate = ready.find(({ target }) => target.quotaKey === lease.key);
    if (candidate !== undefined && takesRetry(call, candidate)) return { candidate, lease };
    lease.abandoned();
  }
}

/** Those that may be tried now, the first choice first. Waits for a back-off if nothing can start before it is over. */
async function untilReady(call: Call): Promise<readonly Candidate[]> {
  const { clock, memory } = call.core;
  for (;;) {
    const usable = favouredOf(call, usableOf(call));
    const at = clock.now();
    const ready = usable.filter(({ readyAt }) => readyAt <= at);
    const nextAt = Math.min(...usable.map(({ readyAt }) => (readyAt > at ? readyAt : Number.POSITIVE_INFINITY)));
    const roomAt = ready.length === 0 ? Number.POSITIVE_INFINITY : at + memory.fleet.waitMs(keysOf(ready), call.cost);
    const soonest = Math.min(roomAt, nextAt);
    // What could only start too late is not waited for.
    if (soonest >= call.endsAt && soonest !== Number.POSITIVE_INFINITY) throw giveUp(call, ' None has room in time.');
    if (ready.length > 0 && roomAt <= nextAt) return ready.toSorted((a, b) => rankOf(a) - rankOf(b));
    await waitUntil(call, nextAt - at);
  }
}

/** Those that were found to be the way, unless they have no room. */
function favouredOf({ core, cost }: Call, usable: readonly Candidate[]): readonly Candidate[] {
  const { fleet } = core.memory;
  const favoured = usable.filter(({ isNext, target }) => isNext && fleet.waitMs([target.quotaKey], cost) <= loyaltyMs);
  return favoured.length > 0 ? favoured : usable;
}

async function waitUntil(call: Call, ms: number): Promise<void> {
  try {
    await call.core.clock.delay(ms, call.deadlines.signal);
  } catch (error) {
    throwIfOver(call);
    throw error;
  }
}

/** All that are left, after everything that speaks against one. */
function usableOf(call: Call): readonly Candidate[] {
  const { core, candidates } = call;
  if (call.tries >= core.retry.maxAttempts) throw giveUp(call, ` maxAttempts is ${core.retry.maxAttempts}.`);
  const canRetry = core.memory.budget.level >= 1;
  const left = candidates.filter(({ isOut, failures }) => !isOut && (failures === 0 || canRetry));
  const unbenched = left.filter(({ isBenched }) => !isBenched);
  const open = unbenched.length > 0 ? unbenched : left;
  if (open.length === 0) throw giveUp(call);
  const able = open.filter(({ target }) => missingOf(call, target) === undefined);
  if (able.length > 0) return able;
  if (dropOne(call, open)) return usableOf(call);
  throw unable(call, open);
}

/** Nobody is known to take it: the request is not sent. */
function unable(call: Call, open: readonly Candidate[]): ConverseError {
  if (call.last?.error.code === 'unsupported_feature') return withAttempts(call.last.error, call.attempts);
  const [first] = open as [Candidate];
  const feature = missingOf(call, first.target) ?? '';
  const models = [...new Set(open.map(({ target }) => target.model))].join(', ');
  const message = `None of these models takes ${feature}: ${models}. Name one that does, or allow that it is left out (retry.allowDropping).`;
  return new ConverseError('unsupported_feature', message, { feature, attempts: call.attempts });
}

/** What a call ends with when nothing is left: its last error if that is the request's own fault, else all of them. */
function giveUp(call: Call, why?: string): ConverseError {
  const { last, attempts, core, startedAt } = call;
  if (last !== undefined && adviceFor(last.error).elsewhere !== 'yes') return withAttempts(last.error, attempts);
  return exhausted(attempts, core.clock.now() - startedAt, last?.error, why);
}

/** What was tried goes behind what was not. */
function rankOf({ failures, rejections }: Candidate): number {
  return failures + rejections;
}

/** Leave to call one of them: of the model that comes first if it has room soon, else whoever has. */
async function admit(call: Call, ready: readonly Candidate[]): Promise<Lease> {
  const { core, cost, options, deadlines, last } = call;
  const { fleet } = core.memory;
  const wait = { priority: options.priority, inPlaceOf: last?.lease };
  const [first] = ready as [Candidate];
  const end = ready.findIndex(({ target }) => target.model !== first.target.model);
  const preferred = keysOf(end < 0 ? ready : ready.slice(0, end));
  try {
    const waitMs = end < 0 ? Number.POSITIVE_INFINITY : fleet.waitMs(preferred, cost);
    if (waitMs === 0) return await fleet.acquire(preferred, cost, { ...wait, signal: deadlines.signal });
    if (waitMs <= loyaltyMs) {
      const { now, delay } = core.clock;
      const patience = startDeadlines({ attemptMs: loyaltyMs, signal: deadlines.signal, now, delay });
      try {
        return await fleet.acquire(preferred, cost, { ...wait, signal: patience.signal });
      } catch (error) {
        if (deadlines.signal.aborted || !isDeadlineError(error)) throw error;
      } finally {
        patience.stop();
      }
    }
    return await fleet.acquire(keysOf(ready), cost, { ...wait, signal: deadlines.signal });
  } catch (error) {
    throwIfOver(call);
    throw error;
  }
}

function takesRetry(call: Call, candidate: Candidate): boolean {
  if (candidate.failures === 0) return true;
  return call.core.memory.budget.take();
}

function keysOf(candidates: readonly Candidate[]): string[] {
  return candidates.map(({ target }) => target.quotaKey);
}
