import type { BulkOptions } from './options.ts';
import type { Outcome, StopReason } from './outcome.ts';

/** Decides what failures mean for the run. */
export type FailureRule = {
  /** Whether the run has to stop now that this has ended. */
  note(outcome: Outcome): StopReason | undefined;
  /** Whether the run as a whole did what was asked, by the same strategy. */
  succeeded(): boolean;
};

// Before so many have ended, the share of failures in an input of unknown length says nothing.
const fewestEnded = 100;

/** The rule for a strategy. Of an input of unknown length the share is taken of what has ended. */
export function createFailureRule(
  { onFailure = 'continue_on_failure', failureThreshold = { share: 0.5 } }: BulkOptions,
  size: number | undefined,
): FailureRule {
  let ok = 0;
  let failed = 0;
  let others = 0;

  function mostFailures(): number {
    if ('count' in failureThreshold) return failureThreshold.count;
    return failureThreshold.share * (size ?? ok + failed);
  }

  const stops = {
    continue_on_failure: () => undefined,
    stop_on_first_failure: () => (failed > 0 ? 'first_failure' : undefined),
    stop_on_threshold() {
      const isEarly = size === undefined && 'share' in failureThreshold && ok + failed < fewestEnded;
      return !isEarly && failed > mostFailures() ? 'threshold' : undefined;
    },
  } as const;

  const successes = {
    continue_on_failure: () => ok > 0 || others + failed === 0,
    stop_on_first_failure: () => failed === 0,
    stop_on_threshold: () => failed <= mostFailures(),
  };

  return {
    note({ type }) {
      if (type === 'ok') ok++;
      else if (type === 'failed' || type === 'timed_out') failed++;
      else others++;
      return stops[onFailure]();
    },
    succeeded: () => successes[onFailure](),
  };
}
