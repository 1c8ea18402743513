export type { BulkInput } from './input.ts';
export type { BulkItem, BulkRequest, Job } from './item.ts';
export type { Budget, BulkEvent, BulkOptions, Journal, RetryRounds } from './options.ts';
export type {
  AbortedOutcome,
  FailedOutcome,
  NotStartedOutcome,
  OkOutcome,
  Outcome,
  StopReason,
  TimedOutOutcome,
  Try,
} from './outcome.ts';
export type { BulkResult } from './result.ts';
export { type RetryFailedOptions, retryFailedRequests } from './retry-failed.ts';
export { type BulkProgress, type BulkRun, runAll } from './run-all.ts';
export type { BulkSummary } from './tally.ts';
