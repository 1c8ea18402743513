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
  /** Kept out until then. */
  benchedUntil: number;
  /** When it was last seen to be kept out, or as busy as it may be, by something else than its quota. */
  outAt: number;
  /** When it last answered anything. */
  answeredAt: number;
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
    benchedUntil: Number.NEGATIVE_INFINITY,
    outAt: Number.NEGATIVE_INFINITY,
    answeredAt: now(),
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
  return latency.weight < 20 ? 30_000 : latency.quantile(0.99);
}

/** How long it makes sense to wait for one call. A probe of what was broken is not waited for as long. */
export function patienceMs(member: Member): number {
  const isProbe = member.breaker.snapshot().state === 'half_open';
  if (isProbe) return Math.max(10_000, slowMs(member));
  return member.latency.weight < 20 ? 120_000 : Math.min(300_000, Math.max(20_000, 3 * slowMs(member)));
}

/**
 * When a member that has gone silent is one that swallows everything: many calls, some of them older than any call
 * should be, and not one answer for a good while.
 */
export function silentAt(member: Member): number {
  return silentFor(member, slowMs(member), 10_000);
}

/** Sooner than that: no answer where there should have been some. Nothing more goes there until there is one. */
function isHoldingItsBreath(member: Member, at: number): boolean {
  const { latency } = member;
  return silentFor(member, latency.weight < 20 ? 15_000 : 1.5 * latency.quantile(0.5), 3_000) <= at;
}

/** When at least five calls, three of them older than `ms`, have had no answer for so long. */
function silentFor(member: Member, ms: number, leastMs: number): number {
  if (member.inFlight.size < 5) return Number.POSITIVE_INFINITY;
  const [, , third] = member.inFlight;
  return Math.max(member.answeredAt + Math.max(leastMs, ms), (third?.startedAt ?? 0) + ms);
}
