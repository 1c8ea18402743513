import { ConfigurationError, type Problem } from '@outcrop/converse';
import {
  aFunction,
  aNumber,
  anObject,
  aWholeNumber,
  clockChecks,
  type OptionCheck,
  type OptionChecks,
  oneOf,
  optionProblems,
  required,
} from '@outcrop/converse/options';
import type { Budget, BulkOptions, RetryRounds } from './options.ts';
import type { RetryFailedOptions } from './retry-failed.ts';

/** Throws if an option makes no sense, with all that make none. */
export function checkOptions(options: BulkOptions): void {
  refuse(optionProblems(options, checks));
}

/** The same for requests that are run again. */
export function checkRetryOptions(options: RetryFailedOptions): void {
  refuse(optionProblems(options, { ...checks, filter: aFunction }));
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigurationError(problems);
}

const moreThanNothing: OptionCheck = (value) =>
  typeof value === 'number' && value > 0 ? undefined : 'a number of more than 0';

const thresholds = { share: aNumber(0, 1), count: aNumber(0) };

const retryChecks: OptionChecks<RetryRounds> = {
  rounds: required(aWholeNumber(0)),
  // An endless wait would be a run without an end.
  delayMs: aNumber(0, Number.MAX_SAFE_INTEGER),
  multiplier: aNumber(0, Number.MAX_SAFE_INTEGER),
  filter: aFunction,
};

const budgetChecks: OptionChecks<Budget> = {
  usd: aNumber(0),
  tokens: aNumber(0),
  estimateCost: required(aFunction),
};

const checks: OptionChecks<BulkOptions> = {
  ...clockChecks,
  capacity: aFunction,
  maxConcurrency: aNumber(1),
  order: oneOf(['completion', 'input']),
  onFailure: oneOf(['continue_on_failure', 'stop_on_first_failure', 'stop_on_threshold']),
  failureThreshold: (value) =>
    optionProblems(value, thresholds, 'it').length === 0 && Object.keys(value as object).length === 1
      ? undefined
      : '{ share } from 0 to 1, or { count } from 0 on',
  whenStopped: oneOf(['drain', 'abort']),
  timeoutMs: moreThanNothing,
  deadlineMs: moreThanNothing,
  signal: anObject('addEventListener', 'removeEventListener'),
  retry: retryChecks,
  budget: budgetChecks,
  validate: aFunction,
  journal: anObject('recall', 'record'),
  onEvent: aFunction,
};
