import type { Outcome } from './outcome.ts';
import type { BulkSummary } from './tally.ts';

/** All outcomes of a run, in the order of the input, with its figures. */
export type BulkResult = BulkSummary & {
  outcomes: Outcome[];
  byId: Record<string, Outcome>;
  okIds: string[];
  failedIds: string[];
  timedOutIds: string[];
  abortedIds: string[];
  notStartedIds: string[];
};

/** Reads a run to its end. */
export async function collect(run: AsyncIterable<Outcome>, summary: Promise<BulkSummary>): Promise<BulkResult> {
  const outcomes: Outcome[] = [];
  for await (const outcome of run) outcomes.push(outcome);
  return resultOf(outcomes, await summary);
}

/** Puts outcomes and figures together. */
export function resultOf(outcomes: Outcome[], summary: BulkSummary): BulkResult {
  outcomes.sort((a, b) => a.index - b.index);
  const idsOf = (type: Outcome['type']) => outcomes.filter((outcome) => outcome.type === type).map(({ id }) => id);
  return {
    ...summary,
    outcomes,
    // Not a literal: an id may be `__proto__`.
    byId: Object.fromEntries(outcomes.map((outcome) => [outcome.id, outcome])),
    okIds: idsOf('ok'),
    failedIds: idsOf('failed'),
    timedOutIds: idsOf('timed_out'),
    abortedIds: idsOf('aborted'),
    notStartedIds: idsOf('not_started'),
  };
}
