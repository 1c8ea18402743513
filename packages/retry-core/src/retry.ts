import { type Backoff, fullJitter } from './backoff.ts';
import type { RetryBudget } from './budget.ts';
import { type ClockOptions, systemClock } from './clock.ts';
import { isDeadlineError } from './deadline-error.ts';
import { checkLimits, type DeadlineOptions, startDeadlines } from './deadlines.ts';
import { untilAborted } from './until-aborted.ts';

/** What an attempt is told. */
export type AttemptContext = {
  /** Counted from 1. */
  attempt: number;
  /** Fires when the caller aborts or a deadline passes; `undefined` if neither can happen. */
  signal: AbortSignal | undefined;
};

/** One attempt that was made. */
export type AttemptRecord = {
  /** Counted from 1. */
  attempt: number;
  /** How long was waited before it. */
  waitedMs: number;
  tookMs: number;
  outcome: 'succeeded' | 'failed';
  /** What it threw, if it failed. */
  error?: unknown;
};

/** How {@link retry} goes about it. */
export type RetryOptions = ClockOptions & {
  /** Attempts in all, the first included. @default 3 */
  attempts?: number | undefined;
  /** How long to wait after a failure; `Infinity` gives up. @default fullJitter() */
  backoff?: Backoff | undefined;
  /** Whether it makes sense to try again after this error. @default after any */
  shouldRetry?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** What the service asked for, read from its error: waited instead of the back-off. @default nothing */
  retryAfterMs?: ((error: unknown) => number | undefined) | undefined;
  /** A limit on each attempt. One that takes longer has failed, with a `DeadlineError` whose phase is `attempt`. */
  attemptMs?: number | undefined;
  /** A limit on everything, the waits included. A wait that would not end before it is not begun. */
  totalMs?: number | undefined;
  /** Shared by many calls, so that an outage does not multiply them. Once it is spent, the first failure stands. */
  budget?: RetryBudget | undefined;
  /** The caller's. It ends waits and attempts at once, with its own reason. */
  signal?: AbortSignal | undefined;
  /** Is handed each attempt when it is over: `onAttempt: (attempt) => log.push(attempt)` keeps a log. */
  onAttempt?: ((attempt: AttemptRecord) => void) | undefined;
};

/**
 * Runs something until it succeeds. When it is given up, the last error comes out as it is.
 *
 * @example
 * ```ts
 * import { retry } from '@outcrop/retry-core';
 *
 * const reply = await retry(({ signal }) => fetch('https://example.com', signal ? { signal } : {}), { totalMs: 10_000 });
 * ```
 */
export async function retry<T>(
  run: (context: AttemptContext) => T | PromiseLike<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { attempts = 3, attemptMs, totalMs, budget, signal, onAttempt } = options;
  const { backoff = defaultBackoff, shouldRetry, retryAfterMs } = options;
  const { now = systemClock.now, random = systemClock.random, delay = systemClock.delay } = options;
  if (!(attempts >= 1)) throw new RangeError(`attempts is ${attempts}, but there has to be one at least.`);
  const limits = { attemptMs, totalMs, totalSince: totalMs === undefined ? undefined : now(), now, delay, signal };
  checkLimits(limits);
  signal?.throwIfAborted();
  const endsAt = totalMs === undefined ? Number.POSITIVE_INFINITY : (limits.totalSince ?? 0) + totalMs;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    const startedAt = onAttempt === undefined ? 0 : now();
    let value: T;
    try {
      value = await attemptOnce(run, attempt, limits);
    } catch (error) {
      // Whatever the attempt made of it: who aborted gets the reason back untouched.
      signal?.throwIfAborted();
      if (now() >= endsAt && isDeadlineError(error) && error.phase === 'total') throw error;
      onAttempt?.({ attempt, waitedMs, tookMs: now() - startedAt, outcome: 'failed', error });
      if (attempt >= attempts || shouldRetry?.(error, attempt) === false) throw error;
      const asked = askedMs(retryAfterMs?.(error)) ?? backoff({ attempt, previousMs: waitedMs, random });
      const waitMs = Math.max(0, asked);
      // A back-off that is endless, or no number, is none to wait for: least of all one of nothing.
      if (!(now() + waitMs < endsAt) || budget?.take() === false) throw error;
      await delay(waitMs, signal);
      waitedMs = waitMs;
      continue;
    }
    // Not within the `try`: what the caller's log throws is no failure of the attempt, and no reason for another.
    budget?.refund();
    onAttempt?.({ attempt, waitedMs, tookMs: now() - startedAt, outcome: 'succeeded' });
    return value;
  }
}

/** A hint of the service may be anything: what is no time is no hint. */
function askedMs(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) ? ms : undefined;
}

async function attemptOnce<T>(
  run: (context: AttemptContext) => T | PromiseLike<T>,
  attempt: number,
  limits: DeadlineOptions,
): Promise<T> {
  const { attemptMs, totalMs, signal } = limits;
  if (attemptMs === undefined && totalMs === undefined) return untilAborted(work(signal), signal);
  const deadlines = startDeadlines(limits);
  try {
    deadlines.signal.throwIfAborted();
    return await deadlines.during(work(deadlines.signal));
  } finally {
    deadlines.stop();
  }

  async function work(signal: AbortSignal | undefined): Promise<T> {
    return run({ attempt, signal });
  }
}

const defaultBackoff = fullJitter();
