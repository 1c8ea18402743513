import { type Breaker, type BreakerOptions, createBreaker } from '../breaker.ts';
import type { Clock } from '../clock.ts';
import type { Cost } from '../limiter/cost.ts';
import { createLimiter, type Limiter, type LimiterOptions } from '../limiter/limiter.ts';
import { createLatency, type Latency } from './latency.ts';
import type { FleetLease } from './lease.ts';
import { createOverload, type Overload } from './overload.ts';

/** What a fleet knows of one key. */
export type Member = {
  readonly key: string;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly overload: Overload;
  readonly latency: Latency;
  /** In the order in which they started. */
  readonly inFlight: Set<FleetLease>;
  /** Those that started after the last of which anything was heard, in the same order. */
  readonly unheard: Set<FleetLease>;
  /** Kept out until then. */
  benchedUntil: number;
  /** When it was last seen to be kept out, or as busy as it may be, by something else than its quota. */
  outAt: number;
};

export function createMember(
  key: string,
  limits: Omit<LimiterOptions, 'now' | 'random'>,
  breaker: Omit<BreakerOptions, 'now' | 'random'>,
  { now, random }: Pick<Clock, 'now' | 'random'>,
): Member {
  return {
    key,
    limiter: createLimiter({ ...limits, now, random }),
    breaker: createBreaker({ ...breaker, now, random }),
    overload: createOverload(),
    latency: createLatency(),
    inFlight: new Set(),
    unheard: new Set(),
    benchedUntil: Number.NEGATIVE_INFINITY,
    outAt: Number.NEGATIVE_INFINITY,
  };
}

/** Until when nothing may start, whatever it costs. */
export function outUntil(member: Member): number {
  return Math.max(member.benchedUntil, member.breaker.readyAt());
}

export function memberReadyAt(member: Member, cost: Cost, at: number): number {
  if (member.inFlight.size >= member.overload.limit || isHoldingItsBreath(member, at)) return Number.POSITIVE_INFINITY;
  return Math.max(outUntil(member), member.limiter.readyAt(cost));
}

/** What a call takes that takes long. A guess, until twenty calls have been seen. */
function slowMs({ latency }: Member): number {
  return latency.weight < 20 ? 30_000 : latency.p99;
}

/** How long it makes sense to wait for one call. A probe of what was broken is not waited for as long. */
export function patienceMs(member: Member, isProbe: boolean): number {
  if (isProbe) return Math.max(10_000, slowMs(member));
  return member.latency.weight < 20 ? 120_000 : Math.min(300_000, Math.max(20_000, 3 * slowMs(member)));
}

/** When a member is one that swallows everything: nothing is heard of several calls that should all be over. */
export function silentAt(member: Member): number {
  return unheardFor(member, Math.max(10_000, slowMs(member)));
}

/** Sooner than that: calls that should mostly be over. Nothing more goes there until one of them is heard of. */
function isHoldingItsBreath(member: Member, at: number): boolean {
  const { latency } = member;
  return unheardFor(member, latency.weight < 20 ? 15_000 : Math.max(3_000, 1.5 * latency.p50)) <= at;
}

/**
 * When nothing will have been heard for so long of five calls in a row. What started before them may still be answered:
 * that says how the target was, and not how it is.
 */
function unheardFor({ unheard }: Member, ms: number): number {
  if (unheard.size < 5) return Number.POSITIVE_INFINITY;
  const [, , , , fifth] = unheard;
  return (fifth as FleetLease).startedAt + ms;
}

/** Something was heard of a call, so what started before it is no longer what tells how the target is. */
export function hear({ unheard }: Member, heard: FleetLease): void {
  if (!unheard.has(heard)) return;
  for (const lease of unheard) {
    unheard.delete(lease);
    if (lease === heard) return;
  }
}
