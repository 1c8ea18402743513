import type { BulkEvent, BulkProgress, Outcome, TargetName } from '@outcrop/bedrock';

/** How a bulk run does, as the page draws it. */
export type BulkFigures = {
  id: string;
  createdAt: string;
  models: readonly string[];
  state: 'running' | 'paused' | 'done' | 'stopped' | 'broken';
  total: number;
  ended: number;
  ok: number;
  failed: number;
  /** Answers that were in the journal when this server started. */
  restored: number;
  running: number;
  perSecond: number;
  etaMs?: number | undefined;
  elapsedMs: number;
  tokens: number;
  usd: number;
  targets: { model: string; region: string; route: string; answered: number; throttled: number }[];
  /** How many answers took up to as many milliseconds as the bound at the same place says; the last ones took longer. */
  latencyCounts: number[];
};

/** How much ended between two looks, and what all had cost by then. */
export type BulkPoint = { atMs: number; perSecond: number; usd: number };

export const latencyBoundsMs = [200, 300, 400, 500, 650, 800, 1_000, 1_300, 1_700, 2_500, 5_000] as const;

// What is looked at sooner is mostly noise.
const shortestSeconds = 0.25;

/**
 * Counts what the run's own progress does not: targets and latencies. `known` is how many the journal knew at the
 * start: they count from then on, though a run that is paused does not read them.
 */
export function createBulkFigures(fixed: Pick<BulkFigures, 'id' | 'createdAt' | 'models' | 'total'>, known: number) {
  const targets = new Map<string, BulkFigures['targets'][number]>();
  const latencyCounts = new Array<number>(latencyBoundsMs.length + 1).fill(0);
  const points: BulkPoint[] = [];
  let endedBefore = 0;

  function targetAt({ model, region, route }: TargetName): BulkFigures['targets'][number] {
    const key = `${model} ${region} ${route}`;
    const target = targets.get(key) ?? { model, region, route, answered: 0, throttled: 0 };
    targets.set(key, target);
    return target;
  }

  return {
    points: points as readonly BulkPoint[],

    addOutcome(outcome: Outcome): void {
      if (outcome.type !== 'ok') return;
      const { servedBy, attempts = [] } = outcome.reply;
      if (servedBy) targetAt(servedBy).answered++;
      if (outcome.restored) endedBefore++;
      const ms = attempts.at(-1)?.durationMs;
      if (ms === undefined) return;
      const bucket = latencyBoundsMs.findIndex((bound) => ms <= bound);
      const at = bucket < 0 ? latencyBoundsMs.length : bucket;
      latencyCounts[at] = (latencyCounts[at] ?? 0) + 1;
    },

    addEvent(event: BulkEvent): void {
      if (event.type === 'call' && event.event.type === 'throttle') targetAt(event.event.target).throttled++;
    },

    /** Notes how far it is. */
    addPoint({ ended, usd, elapsedMs }: BulkProgress): void {
      const before = points.at(-1)?.atMs ?? 0;
      const seconds = (elapsedMs - before) / 1_000;
      if (seconds < shortestSeconds) return;
      points.push({ atMs: elapsedMs, perSecond: Math.max(0, ended - endedBefore) / seconds, usd });
      endedBefore = ended;
    },

    read(state: BulkFigures['state'], progress: BulkProgress): BulkFigures {
      const { ended, ok, failed, running, perSecond, etaMs, elapsedMs, tokens, usd } = progress;
      const sorted = [...targets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => ({ ...target }));
      return {
        ...fixed,
        state,
        ...{ ended: Math.max(ended, known), ok, failed, restored: known, running, perSecond, elapsedMs, tokens, usd },
        ...(etaMs !== undefined && { etaMs }),
        targets: sorted,
        latencyCounts: [...latencyCounts],
      };
    },
  };
}
