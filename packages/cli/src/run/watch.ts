import type { BulkRun, ConverseError, ConverseResponse, LLMManager, Outcome } from '@outcrop/bedrock';
import { isSetUpFault } from './set-up-fault.ts';
import { createRate, type Standing, type TargetStanding } from './standing.ts';

/** What is known of a run while its outcomes come. */
export type Watch = {
  /** Takes note of an outcome, and says whether it is an answer to its prompt: a fault of the set-up is none. */
  see(outcome: Outcome): boolean;
  /** By the code of the error, without faults of the set-up: those are asked again. */
  readonly failures: Readonly<Record<string, number>>;
  /** The first failure of each code. */
  readonly examples: ReadonlyMap<string, { id: string; error: ConverseError }>;
  /** What the answers came with, by code: how many of them, and the words of the first. */
  readonly warnings: ReadonlyMap<string, { count: number; message: string }>;
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
  const examples = new Map<string, { id: string; error: ConverseError }>();
  const warnings = new Map<string, { count: number; message: string }>();
  const rate = createRate();
  let restored = 0;
  let fault: ConverseError | undefined;

  function targets(): TargetStanding[] {
    return manager.stats().targets.map(({ model, region, replies, errors }) => {
      return { model, region, replies, throttles: errors['throttled'] ?? 0 };
    });
  }

  function note(given: ConverseResponse['warnings'] = []): void {
    for (const [code, { message }] of new Map(given.map((warning) => [warning.code, warning]))) {
      const { count, message: first } = warnings.get(code) ?? { count: 0, message };
      warnings.set(code, { count: count + 1, message: first });
    }
  }

  return {
    failures,
    examples,
    warnings,
    targets,
    get fault() {
      return fault;
    },
    get restored() {
      return restored;
    },
    see(outcome) {
      if (outcome.restored) restored++;
      if (outcome.type === 'ok') note(outcome.reply.warnings);
      if (!('error' in outcome)) return true;
      const { id, error } = outcome;
      if (isSetUpFault(error)) {
        fault ??= error;
        return false;
      }
      failures[error.code] = (failures[error.code] ?? 0) + 1;
      if (!examples.has(error.code)) examples.set(error.code, { id, error });
      return true;
    },
    standing(isEnding) {
      const { ended, ok, failed, running, tokens, usd, elapsedMs } = bulk.progress();
      const perSecond = rate(elapsedMs, ended - restored);
      return { total, ended, ok, failed, running, tokens, usd, elapsedMs, perSecond, targets: targets(), isEnding };
    },
  };
}
