import type { ConverseError, ConverseErrorCode } from './errors.ts';

/** What to do about an error: call the same target again, call another one, or leave it be. */
export type Advice = {
  /**
   * The same target again: `when_admitted` by the learned limit, after a `backoff`, after a `long_backoff`, `once`,
   * after fresh credentials (`refresh_once`), through an inference profile (`by_profile`), `without_feature` if the
   * caller allows it, or `no`.
   */
  here:
    | 'when_admitted'
    | 'backoff'
    | 'long_backoff'
    | 'once'
    | 'refresh_once'
    | 'by_profile'
    | 'without_feature'
    | 'no';
  /** Another target: `yes`, only one with more `room`, only one that is `capable` of the feature, or `no`. */
  elsewhere: 'yes' | 'room' | 'capable' | 'no';
  /** Whether this target is to be left alone for a while, because it will fail the next call in the same way. */
  bench: boolean;
};

/** The advice for each code: one readable table, from which fail-over is made. */
export const errorAdvice: Readonly<Record<ConverseErrorCode, Advice>> = {
  throttled: { here: 'when_admitted', elsewhere: 'yes', bench: false },
  quota_exhausted: { here: 'no', elsewhere: 'yes', bench: true },
  unavailable: { here: 'backoff', elsewhere: 'yes', bench: false },
  internal: { here: 'backoff', elsewhere: 'yes', bench: false },
  model_error: { here: 'once', elsewhere: 'yes', bench: false },
  model_not_ready: { here: 'long_backoff', elsewhere: 'yes', bench: false },
  timeout: { here: 'backoff', elsewhere: 'yes', bench: false },
  connection: { here: 'backoff', elsewhere: 'yes', bench: false },
  stream_truncated: { here: 'backoff', elsewhere: 'yes', bench: false },
  malformed_reply: { here: 'backoff', elsewhere: 'yes', bench: false },
  credentials: { here: 'refresh_once', elsewhere: 'no', bench: false },
  access_denied: { here: 'no', elsewhere: 'yes', bench: true },
  unknown_model: { here: 'no', elsewhere: 'yes', bench: true },
  model_retired: { here: 'no', elsewhere: 'yes', bench: true },
  wrong_geography: { here: 'no', elsewhere: 'yes', bench: true },
  needs_profile: { here: 'by_profile', elsewhere: 'yes', bench: false },
  context_overflow: { here: 'no', elsewhere: 'room', bench: false },
  too_large: { here: 'no', elsewhere: 'room', bench: false },
  unsupported_feature: { here: 'without_feature', elsewhere: 'capable', bench: false },
  invalid_request: { here: 'no', elsewhere: 'no', bench: false },
  content_refused: { here: 'no', elsewhere: 'no', bench: false },
  reply_rejected: { here: 'backoff', elsewhere: 'yes', bench: false },
  budget_reached: { here: 'no', elsewhere: 'no', bench: false },
  exhausted: { here: 'no', elsewhere: 'no', bench: false },
};

/**
 * The advice for one error. It is that of its code, but that nothing follows a `total` deadline. Whether a stream
 * that had already handed out events may be started again is for its caller to say.
 */
export function adviceFor(error: ConverseError): Advice {
  if (error.code === 'timeout' && error.phase === 'total') return errorAdvice.exhausted;
  return errorAdvice[error.code];
}
