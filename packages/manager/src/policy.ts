import { type Advice, adviceFor, type ConverseError, type ConverseErrorCode } from '@outcrop/converse';

/** What an error tells the fleet about the quota and the health of its key. */
type Told =
  /** It has no room now. */
  | 'throttled'
  /** It took nothing on: the breaker counts it. */
  | 'unavailable'
  /** It took it on and failed: the breaker counts it. */
  | 'error'
  /** Nobody knows what became of it: the breaker counts it. */
  | 'timed_out'
  /** It answered, and is well; the fault is the request's or the account's. */
  | 'refused'
  /** Nothing. */
  | 'nothing';

/**
 * What the manager does about an error beyond the advice of `@outcrop/converse`, which says whether the same target is
 * tried again and whether another one is. The table is the policy: what it does not say is not done.
 */
export const policy: Readonly<Record<ConverseErrorCode, { told: Told; benchMs?: number }>> = {
  throttled: { told: 'throttled' },
  // When a quota of the day is full again is not documented: asking once an hour costs nothing and finds out.
  quota_exhausted: { told: 'nothing', benchMs: 3_600_000 },
  unavailable: { told: 'unavailable' },
  internal: { told: 'error' },
  model_error: { told: 'error' },
  model_not_ready: { told: 'unavailable' },
  timeout: { told: 'timed_out' },
  connection: { told: 'timed_out' },
  stream_truncated: { told: 'error' },
  malformed_reply: { told: 'error' },
  // The provider has fetched fresh ones and sent it again before it says so.
  credentials: { told: 'refused' },
  // Somebody has to ask for access, and it then takes minutes to arrive.
  access_denied: { told: 'refused', benchMs: 300_000 },
  unknown_model: { told: 'refused', benchMs: 3_600_000 },
  model_retired: { told: 'refused', benchMs: 86_400_000 },
  wrong_geography: { told: 'refused', benchMs: 86_400_000 },
  needs_profile: { told: 'refused', benchMs: 86_400_000 },
  context_overflow: { told: 'refused' },
  too_large: { told: 'refused' },
  unsupported_feature: { told: 'refused' },
  invalid_request: { told: 'refused' },
  content_refused: { told: 'refused' },
  reply_rejected: { told: 'nothing' },
  budget_reached: { told: 'nothing' },
  exhausted: { told: 'nothing' },
};

/** How often a target is tried again in one call, and how much longer than usual is waited before. */
type Again = { retries: 'as_configured' | number; delayFactor: number };

/** The advice for the same target, in figures. What is not here is not tried again there. */
export const again: Readonly<Partial<Record<Advice['here'], Again>>> = {
  backoff: { retries: 'as_configured', delayFactor: 1 },
  // A model that is being loaded takes tens of seconds.
  long_backoff: { retries: 'as_configured', delayFactor: 10 },
  once: { retries: 1, delayFactor: 1 },
};

/** How long it is remembered that a model refused a feature. */
export const refusalMs = 86_400_000;

/** The advice for this error, unless the user says that such errors are to be tried again. */
export function adviceOn(
  error: ConverseError,
  retryable: readonly string[] | ((error: ConverseError) => boolean),
): Advice {
  const advice = adviceFor(error);
  if (advice.here !== 'no' || (error.code === 'timeout' && error.phase === 'total')) return advice;
  const isRetryable =
    typeof retryable === 'function'
      ? retryable(error)
      : error.awsName !== undefined && retryable.includes(error.awsName);
  return isRetryable ? { here: 'backoff', elsewhere: 'yes', bench: false } : advice;
}
