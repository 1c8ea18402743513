import { type Attempt, addUsage, type Cost, noUsage, type TargetName, type TokenUsage } from '@outcrop/converse';
import { createHistogram } from './histogram.ts';
import type { Outcome, StopReason } from './outcome.ts';

/** What a run came to, in figures. */
export type BulkSummary = {
  /** By the strategy for failures: one answer, no failure, or no more failures than allowed. */
  success: boolean;
  /** How many there were, as far as the input was read. */
  total: number;
  ok: number;
  failed: number;
  timedOut: number;
  aborted: number;
  notStarted: number;
  /** Of the above, those that the journal knew. */
  restored: number;
  /** Answered ÷ total, from 0 to 1. */
  successRate: number;
  /** Why it ended before its input did. */
  stoppedBy?: StopReason | undefined;
  totalMs: number;
  /** Of the answered calls of this run. The quantiles are right to about 1 %. */
  latencyMs: { average: number; p50: number; p95: number; p99: number };
  /** Answers by region and by model. */
  byRegion: Record<string, number>;
  byModel: Record<string, number>;
  /** Of the answers of this run. */
  usage: TokenUsage;
  /** Of the answers of this run. */
  cost: Cost;
  /** What the answers that the journal knew took when they came. A budget counts it too. */
  restoredUsage: TokenUsage;
  /** The same in money. */
  restoredCost: Cost;
  /** Attempts of this run that were throttled. */
  throttles: number;
  /** Attempts of this run that came to nothing, throttled ones included. */
  wastedAttempts: number;
  /** Calls of this run beyond the first one of their request. */
  retries: number;
};

/** What is counted while a run goes on, and needs no more room however long it goes on. */
type Tally = Omit<BulkSummary, 'success' | 'totalMs' | 'successRate' | 'latencyMs' | 'stoppedBy'>;

/** Counts outcomes. */
export function createTally() {
  const latencies = createHistogram();
  const counts: Tally = {
    total: 0,
    ok: 0,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    notStarted: 0,
    restored: 0,
    byRegion: {},
    byModel: {},
    usage: { ...noUsage },
    cost: { usd: 0, status: 'priced' },
    restoredUsage: { ...noUsage },
    restoredCost: { usd: 0, status: 'priced' },
    throttles: 0,
    wastedAttempts: 0,
    retries: 0,
  };
  const fieldOf = {
    ok: 'ok',
    failed: 'failed',
    timed_out: 'timedOut',
    aborted: 'aborted',
    not_started: 'notStarted',
  } as const;

  function add(outcome: Outcome): void {
    counts.total++;
    counts[fieldOf[outcome.type]]++;
    if (outcome.type === 'ok' && outcome.reply.servedBy !== undefined) countTarget(outcome.reply.servedBy);
    if (outcome.restored) countRestored(outcome);
    else countCalls(outcome);
  }

  function countCalls(outcome: Outcome): void {
    counts.retries += Math.max(0, outcome.tries.length - 1);
    for (const attempt of attemptsOf(outcome)) countAttempt(attempt);
    if (outcome.type !== 'ok') return;
    counts.usage = addUsage(counts.usage, outcome.reply.usage);
    counts.cost = addCost(counts.cost, outcome.reply.cost);
    latencies.add(outcome.tries.at(-1)?.durationMs ?? 0);
  }

  function countRestored(outcome: Outcome): void {
    counts.restored++;
    if (outcome.type !== 'ok') return;
    counts.restoredUsage = addUsage(counts.restoredUsage, outcome.reply.usage);
    counts.restoredCost = addCost(counts.restoredCost, outcome.reply.cost);
  }

  function countAttempt({ error }: Attempt): void {
    if (error === undefined) return;
    counts.wastedAttempts++;
    if (error.code === 'throttled') counts.throttles++;
  }

  function countTarget({ region, model }: TargetName): void {
    counts.byRegion[region] = (counts.byRegion[region] ?? 0) + 1;
    counts.byModel[model] = (counts.byModel[model] ?? 0) + 1;
  }

  return {
    counts: counts as Readonly<Tally>,
    add,
    summary({ success, totalMs, stoppedBy }: Pick<BulkSummary, 'success' | 'totalMs' | 'stoppedBy'>): BulkSummary {
      return {
        success,
        ...counts,
        successRate: counts.total === 0 ? 1 : counts.ok / counts.total,
        ...(stoppedBy !== undefined && { stoppedBy }),
        totalMs,
        latencyMs: {
          average: latencies.average(),
          p50: latencies.quantile(0.5),
          p95: latencies.quantile(0.95),
          p99: latencies.quantile(0.99),
        },
      };
    },
  };
}

function attemptsOf(outcome: Outcome): readonly Attempt[] {
  if (outcome.type === 'ok') return outcome.reply.attempts ?? [];
  return 'error' in outcome ? outcome.error.attempts : [];
}

function addCost(sum: Cost, cost: Cost | undefined): Cost {
  if (cost?.status === 'priced') return { ...sum, usd: sum.usd + cost.usd };
  const reason = sum.reason ?? cost?.reason ?? 'A reply came without its price.';
  return { usd: sum.usd + (cost?.usd ?? 0), status: 'partial', reason };
}
