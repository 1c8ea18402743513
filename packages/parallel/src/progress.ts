import type { BulkProgress } from './run-all.ts';
import type { createTally } from './tally.ts';

/** How far a run is, from what was counted. */
export function progressOf(
  { total: ended, ok, failed, timedOut, usage, cost }: ReturnType<typeof createTally>['counts'],
  now: Pick<BulkProgress, 'total' | 'running' | 'waiting' | 'elapsedMs' | 'perSecond'>,
): BulkProgress {
  const left = now.total === undefined ? undefined : now.total - ended;
  return {
    ...now,
    ended,
    ok,
    failed: failed + timedOut,
    tokens: usage.totalTokens,
    usd: cost.usd,
    etaMs: etaMs(left, now.perSecond),
  };
}

function etaMs(left: number | undefined, perSecond: number): number | undefined {
  if (left === 0) return 0;
  return left === undefined || perSecond === 0 ? undefined : (left / perSecond) * 1_000;
}
