import type { Converse } from '@outcrop/converse';
import { checkRetryOptions } from './check-options.ts';
import { createFailureRule } from './failure-rule.ts';
import type { BulkOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type BulkResult, resultOf } from './result.ts';
import { runAll } from './run-all.ts';
import { createTally } from './tally.ts';

/** How the failed ones are run again. */
export type RetryFailedOptions = BulkOptions & {
  /** Which of those that came to nothing. @default all of them */
  filter?: ((outcome: Exclude<Outcome, { type: 'ok' }>) => boolean) | undefined;
};

/**
 * Runs again what came to nothing, with attempts of its own, and puts the new outcomes in place of the old ones. What
 * the filter leaves out stays as it was. The history of a request goes on: its `tries` hold those of all runs.
 *
 * @example
 * ```ts
 * import type { Converse } from '@outcrop/converse';
 * import { type BulkResult, retryFailedRequests } from '@outcrop/parallel';
 *
 * async function again(model: Converse, previous: BulkResult): Promise<BulkResult> {
 *   return retryFailedRequests(model, previous, { filter: ({ type }) => type === 'timed_out' });
 * }
 * ```
 */
export async function retryFailedRequests(
  converse: Converse,
  previous: BulkResult,
  given: RetryFailedOptions = {},
): Promise<BulkResult> {
  checkRetryOptions(given);
  const { filter = () => true, ...options } = given;
  const chosen = previous.outcomes.filter((outcome) => outcome.type !== 'ok' && filter(outcome));
  const before = new Map(chosen.map((outcome) => [outcome.id, outcome]));
  const items = chosen.map(({ id, item }) => ({ ...item, id }));
  const latest = await runAll(converse, items, options).result;
  const after = new Map(latest.outcomes.map((outcome) => [outcome.id, withHistory(outcome, before.get(outcome.id))]));
  const outcomes = previous.outcomes.map((outcome) => after.get(outcome.id) ?? outcome);
  const tally = createTally();
  const rule = createFailureRule(options, outcomes.length);
  for (const outcome of outcomes) {
    tally.add(outcome);
    rule.note(outcome);
  }
  const { stoppedBy } = latest;
  const totalMs = previous.totalMs + latest.totalMs;
  return resultOf(outcomes, tally.summary({ success: rule.succeeded(), totalMs, stoppedBy }));
}

function withHistory(outcome: Outcome, before: Outcome | undefined): Outcome {
  if (before === undefined) return outcome;
  const tries = [...before.tries, ...outcome.tries].map((each, index) => ({ ...each, attempt: index + 1 }));
  // One that was not started again is still what it was.
  if (outcome.type === 'not_started') return before;
  return { ...outcome, index: before.index, tries };
}
