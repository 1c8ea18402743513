import type { ConverseRequest } from '@outcrop/converse';
import type { Fleet } from '@outcrop/retry-core';
import type { RegionOrder, RetryStrategy } from './options.ts';
import type { ManagedTarget } from './targets.ts';

/** What the order of one call depends on. */
export type OrderContext = {
  strategy: RetryStrategy;
  regionOrder: RegionOrder;
  regions: readonly string[];
  /** Counts the calls. */
  turn: number;
  fleet: Fleet;
  request: ConverseRequest;
  /** Whether it is known to be no way at all: the next one from its region then is the best. */
  needsProfile: (target: ManagedTarget) => boolean;
};

/**
 * The targets of one call, the first choice first. The best way to a model from every region comes before the second
 * best from any: what fails in a region mostly fails there on all ways.
 */
export function orderTargets(targets: readonly ManagedTarget[], context: OrderContext): readonly ManagedTarget[] {
  const { strategy, request } = context;
  const regionAt = regionRanks(targets, context);
  const rankOf = routeRanks(targets, context);
  const byRank = (target: ManagedTarget) => rankOf.get(target) ?? 0;
  const byRegion = (target: ManagedTarget) => regionAt.get(target.region) ?? 0;
  const order: readonly ((target: ManagedTarget) => number)[] =
    strategy === 'model_first'
      ? [byRank, byRegion, ({ modelIndex }) => modelIndex]
      : [({ modelIndex }) => modelIndex, byRank, byRegion];
  const sorted = targets.toSorted((a, b) => {
    for (const by of order) {
      const difference = by(a) - by(b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  if (typeof strategy !== 'function') return sorted;
  const chosen = new Set<unknown>(strategy(sorted, request));
  return [...chosen].filter((target): target is ManagedTarget => sorted.includes(target as ManagedTarget));
}

/** Which of the ways from its region to its model it is: 0 is the best. */
function routeRanks(targets: readonly ManagedTarget[], { needsProfile }: OrderContext): Map<ManagedTarget, number> {
  const counts = new Map<string, number>();
  const ranks = new Map<ManagedTarget, number>();
  for (const target of targets) {
    const rank = counts.get(target.way) ?? 0;
    if (needsProfile(target)) ranks.set(target, last);
    else {
      ranks.set(target, rank);
      counts.set(target.way, rank + 1);
    }
  }
  return ranks;
}

const last = 1_000;

function regionRanks(targets: readonly ManagedTarget[], context: OrderContext): Map<string, number> {
  const { regionOrder, regions, turn, fleet } = context;
  if (regionOrder === 'latency') return regionsByLatency(targets, fleet);
  const start = regionOrder === 'rotating' ? turn % regions.length : 0;
  return new Map(regions.map((region, at) => [region, (at - start + regions.length) % regions.length]));
}

/** The time that calls took there in the middle; a region that was never tried comes first, so that it is known. */
function regionsByLatency(targets: readonly ManagedTarget[], fleet: Fleet): Map<string, number> {
  const regionOf = new Map(targets.map(({ quotaKey, region }) => [quotaKey, region]));
  const latencies = new Map<string, number>();
  for (const { key, latencyMs } of fleet.status()) {
    const region = regionOf.get(key);
    if (region === undefined || latencyMs === undefined) continue;
    latencies.set(region, Math.min(latencyMs.p50, latencies.get(region) ?? Number.POSITIVE_INFINITY));
  }
  return latencies;
}
