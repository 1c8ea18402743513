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
  const { clock } = call.core;
  for (;;) {
    const usable = favouredOf(call, usableOf(call));
    const at = clock.now();
    const ready = usable.filter(({ readyAt }) => readyAt <= at);
    const nextAt = Math.min(...usable.map(({ readyAt }) => (readyAt > at ? readyAt : Number.POSITIVE_INFINITY)));
    const roomAt = at + roomMs(call, ready);
    const soonest = Math.min(roomAt, nextAt);
    // What could only start too late is not waited for.
    if (soonest >= call.endsAt && soonest !== Number.POSITIVE_INFINITY) throw giveUp(call, ' None has room in time.');
    if (ready.length > 0 && roomAt <= nextAt) return ready.toSorted((a, b) => rankOf(a) - rankOf(b));
    await waitUntil(call, nextAt - at);
  }
}

/** Those that were found to be the way, unless they have no room. */
function favouredOf(call: Call, usable: readonly Candidate[]): readonly Candidate[] {
  const favoured = usable.filter((candidate) => candidate.isNext && roomMs(call, [candidate]) <= loyaltyMs);
  return favoured.length > 0 ? favoured : usable;
}

/** How long it is until one of them has room. Mostly the first one has. */
function roomMs({ core, cost }: Call, candidates: readonly Candidate[]): number {
  let leastMs = Number.POSITIVE_INFINITY;
  for (const { target } of candidates) {
    leastMs = Math.min(leastMs, core.memory.fleet.waitMs([target.quotaKey], cost));
    if (leastMs === 0) break;
  }
  return leastMs;
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
  const [first] = ready as [Candidate];
  const end = ready.findIndex(({ target }) => target.model !== first.target.model);
  const preferred = end < 0 ? ready : ready.slice(0, end);
  const waitMs = end < 0 ? 0 : roomMs(call, preferred);
  try {
    if (waitMs === 0) return await leaseOf(call, preferred, call.deadlines.signal);
    const soon = waitMs <= loyaltyMs ? await leaseWithin(call, preferred, loyaltyMs) : undefined;
    return soon ?? (await leaseOf(call, ready, call.deadlines.signal));
  } catch (error) {
    throwIfOver(call);
    throw error;
  }
}

/** Others may stand in line before it: then it takes longer than it seemed. */
async function leaseWithin(call: Call, candidates: readonly Candidate[], ms: number): Promise<Lease | undefined> {
  const { now, delay } = call.core.clock;
  const patience = startDeadlines({ attemptMs: ms, signal: call.deadlines.signal, now, delay });
  try {
    return await leaseOf(call, candidates, patience.signal);
  } catch (error) {
    if (call.deadlines.signal.aborted || !isDeadlineError(error)) throw error;
    return undefined;
  } finally {
    patience.stop();
  }
}

function leaseOf(call: Call, candidates: readonly Candidate[], signal: AbortSignal): Promise<Lease> {
  const { core, cost, options, last } = call;
  const keys = candidates.map(({ target }) => target.quotaKey);
  return core.memory.fleet.acquire(keys, cost, { signal, priority: options.priority, inPlaceOf: last?.lease });
}

function takesRetry(call: Call, candidate: Candidate): boolean {
  if (candidate.failures === 0) return true;
  return call.core.memory.budget.take();
}
