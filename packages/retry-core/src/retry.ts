import { type Backoff, fullJitter } from './backoff.ts';
import type { RetryBudget } from './budget.ts';
import { type ClockOptions, systemClock } from './clock.ts';
import { checkLimits, startDeadlines } from './deadlines.ts';
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
  /** How long to wait after a failure. @default fullJitter() */
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
  const { attempts = 3, totalMs } = options;
  if (!(attempts >= 1)) throw new RangeError(`attempts is ${attempts}, but there has to be one at least.`);
  checkLimits({ attemptMs: options.attemptMs, totalMs });
  options.signal?.throwIfAborted();
  if (totalMs === undefined) return attemptUntilDone(run, options, Number.POSITIVE_INFINITY);
  const deadlines = startDeadlines({ ...onlyTime(options), totalMs });
  const endsAt = (options.now ?? systemClock.now)() + totalMs;
  try {
    return await attemptUntilDone(run, { ...options, signal: deadlines.signal }, endsAt);
  } finally {
    deadlines.stop();
  }
}

async function attemptUntilDone<T>(
  run: (context: AttemptContext) => T | PromiseLike<T>,
  options: RetryOptions,
  endsAt: number,
): Promise<T> {
  const { attempts = 3, backoff = defaultBackoff, shouldRetry, retryAfterMs, budget, signal, onAttempt } = options;
  const { now = systemClock.now, random = systemClock.random, delay = systemClock.delay } = options;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    const startedAt = onAttempt === undefined ? 0 : now();
    let value: T;
    try {
      value = await attemptOnce(run, attempt, options);
    } catch (error) {
      // Whatever the attempt made of it: who aborted gets the reason back untouched.
      signal?.throwIfAborted();
      onAttempt?.({ attempt, waitedMs, tookMs: now() - startedAt, outcome: 'failed', error });
      if (attempt >= attempts || shouldRetry?.(error, attempt) === false) throw error;
      const waitMs = askedMs(retryAfterMs?.(error)) ?? askedMs(backoff({ attempt, previousMs: waitedMs, random })) ?? 0;
      if (now() + waitMs >= endsAt || budget?.take() === false) throw error;
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
  return ms !== undefined && Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

async function attemptOnce<T>(
  run: (context: AttemptContext) => T | PromiseLike<T>,
  attempt: number,
  options: RetryOptions,
): Promise<T> {
  const { attemptMs, signal } = options;
  if (attemptMs === undefined && signal === undefined) return run({ attempt, signal });
  const deadlines = attemptMs === undefined ? undefined : startDeadlines({ ...onlyTime(options), attemptMs });
  const either = deadlines?.signal ?? signal;
  try {
    return await untilAborted(Promise.resolve(run({ attempt, signal: either })), either);
  } finally {
    deadlines?.stop();
  }
}

function onlyTime({ now, delay, signal }: RetryOptions) {
  return { now, delay, signal };
}

const defaultBackoff = fullJitter();
