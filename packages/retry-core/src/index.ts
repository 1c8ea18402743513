export {
  type Backoff,
  type BackoffOptions,
  decorrelatedJitter,
  equalJitter,
  type FailedAttempt,
  fullJitter,
  noJitter,
} from './backoff.ts';
export { createRetryBudget, type RetryBudget, type RetryBudgetOptions } from './budget.ts';
export { type Clock, type ClockOptions, type Delay, delay, systemClock } from './clock.ts';
export { DeadlineError, type DeadlinePhase, isDeadlineError } from './deadline-error.ts';
export { type DeadlineOptions, type Deadlines, startDeadlines } from './deadlines.ts';
export { type AttemptContext, type AttemptRecord, type RetryOptions, retry } from './retry.ts';
