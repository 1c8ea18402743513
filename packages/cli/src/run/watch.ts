import type { BulkRun, ConverseError, LLMManager, Outcome } from '@outcrop/bedrock';
import { isSetUpFault } from './set-up-fault.ts';
import { createRate, type Standing, type TargetStanding } from './standing.ts';

/** What is known of a run while its outcomes come. */
export type Watch = {
  /** Takes note of an outcome, and says whether it is an answer to its prompt: a fault of the set-up is none. */
  see(outcome: Outcome): boolean;
  /** By the code of the error. */
  readonly failures: Readonly<Record<string, number>>;
  /** The first fault of the set-up. */
  readonly fault: ConverseError | undefined;
  /** How many were known from an earlier run. */
  readonly restored: number;
  targets(): TargetStanding[];
  standing(isEnding: boolean): Standing;
};

/** Watches a run. `total` is `undefined` where nobody knows how many prompts there are. */
export function createWatch(bulk: BulkRun, manager: Pick<LLMManager, 'stats'>, total: number | undefined): Watch {
  const failures: Record<string, number> = {};
  const rate = createRate();
  let restored = 0;
  let fault: ConverseError | undefined;

  function targets(): TargetStanding[] {
    return manager.stats().targets.map(({ model, region, replies, errors }) => {
      return { model, region, replies, throttles: errors['throttled'] ?? 0 };
    });
  }

  return {
    failures,
    targets,
    get fault() {
      return fault;
    },
    get restored() {
      return restored;
    },
    see(outcome) {
      if (outcome.restored) restored++;
      if (!('error' in outcome)) return true;
      const { error } = outcome;
      failures[error.code] = (failures[error.code] ?? 0) + 1;
      if (!isSetUpFault(error)) return true;
      fault ??= error;
      return false;
    },
    standing(isEnding) {
      const { ended, ok, failed, running, tokens, usd, elapsedMs } = bulk.progress();
      const perSecond = rate(elapsedMs, ended - restored);
      return { total, ended, ok, failed, running, tokens, usd, elapsedMs, perSecond, targets: targets(), isEnding };
    },
  };
}
