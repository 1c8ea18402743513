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
export {
  type AcquireOptions,
  createFleet,
  type Fleet,
  type FleetOptions,
  type KeyLimits,
} from './fleet/fleet.ts';
export type { Failure, Lease } from './fleet/lease.ts';
export { type Candidate, type Order, orders } from './fleet/orders.ts';
export type { FleetSnapshot } from './fleet/snapshot.ts';
export type { KeyStatus } from './fleet/status.ts';
export type { Cost, Dimension, Quotas } from './limiter/cost.ts';
export {
  createLimiter,
  type Grant,
  type Limiter,
  type LimiterOptions,
  type LimiterSnapshot,
  type Throttle,
  type Wait,
} from './limiter/limiter.ts';
export { type AttemptContext, type AttemptRecord, type RetryOptions, retry } from './retry.ts';
