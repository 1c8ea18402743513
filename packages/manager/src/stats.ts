import { type Attempt, addUsage, type Cost, noUsage, type TokenUsage } from '@outcrop/converse';

/** What happened at one model in one region. */
export type TargetStats = {
  model: string;
  region: string;
  /** Calls that were sent, whatever came of them. */
  attempts: number;
  replies: number;
  /** Those that were sent because an earlier one of the same call had failed there. */
  retries: number;
  /** By the code of the error. */
  errors: Record<string, number>;
  usage: TokenUsage;
  usd: number;
};

/** Figures since the start. */
export type ManagerStats = {
  /** Calls that ended, by how: with a reply, with an error, or given up by the caller. */
  calls: { replied: number; failed: number; aborted: number };
  usage: TokenUsage;
  usd: number;
  targets: TargetStats[];
};

/** Counts as calls go by. */
export type Stats = {
  attempt(attempt: Attempt, cost: Cost | undefined, isRetry: boolean): void;
  end(how: keyof ManagerStats['calls']): void;
  read(): ManagerStats;
};

export function createStats(): Stats {
  const calls: ManagerStats['calls'] = { replied: 0, failed: 0, aborted: 0 };
  const targets = new Map<string, TargetStats>();

  return {
    attempt({ target: { model, region }, usage, error }, cost, isRetry) {
      const key = `${model} ${region}`;
      const stats = targets.get(key) ?? {
        model,
        region,
        attempts: 0,
        replies: 0,
        retries: 0,
        errors: {},
        usage: { ...noUsage },
        usd: 0,
      };
      targets.set(key, stats);
      stats.attempts++;
      if (isRetry) stats.retries++;
      if (error === undefined) stats.replies++;
      else stats.errors[error.code] = (stats.errors[error.code] ?? 0) + 1;
      if (usage) stats.usage = addUsage(stats.usage, usage);
      stats.usd += cost?.usd ?? 0;
    },
    end(how) {
      calls[how]++;
    },
    read() {
      const all = [...targets.values()];
      return {
        calls: { ...calls },
        usage: addUsage(...all.map(({ usage }) => usage)),
        usd: all.reduce((sum, { usd }) => sum + usd, 0),
        targets: structuredClone(all),
      };
    },
  };
}
