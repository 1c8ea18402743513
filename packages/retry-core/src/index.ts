export {
  type Backoff,
  type BackoffOptions,
  decorrelatedJitter,
  equalJitter,
  type FailedAttempt,
  fullJitter,
  noJitter,
} from './backoff.ts';
export {
  type Breaker,
  type BreakerOptions,
  type BreakerPermit,
  type BreakerState,
  createBreaker,
} from './breaker.ts';
export { createRetryBudget, type RetryBudget, type RetryBudgetOptions } from './budget.ts';
export { type Bulkhead, type BulkheadWait, createBulkhead } from './bulkhead.ts';
export { type Clock, type ClockOptions, type Delay, delay, systemClock } from './clock.ts';
export { DeadlineError, type DeadlinePhase, isDeadlineError } from './deadline-error.ts';
export { type DeadlineOptions, type Deadlines, startDeadlines } from './deadlines.ts';
export { type AttemptContext, type AttemptRecord, type RetryOptions, retry } from './retry.ts';
