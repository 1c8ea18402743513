/** What is known of the rate that a quota allows. Rates are per second. */
export type Pace =
  /** Never throttled so far: there may be no limit at all. */
  | { kind: 'free' }
  /** The limit is somewhere above: doubles with each `doublingMs` of use. */
  | { kind: 'seeking'; perSecond: number; doublingMs: number; usedMs: number; returnTo?: number | undefined }
  /** The limit has been measured: stays about there for as long as use confirms it, then feels its way upwards. */
  | { kind: 'holding'; perSecond: number; usedMs: number };

/**
 * How the rate moves on its own. Growth is a matter of use and never of the clock: a limiter that grew while it was
 * blocked, or while other things held the caller back, would come out of it with a flood.
 */
export function rateOf(pace: Pace, { steadyMs, growth }: { steadyMs: number; growth: number }): number {
  switch (pace.kind) {
    case 'free':
      return Number.POSITIVE_INFINITY;
    case 'seeking':
      return pace.perSecond * 2 ** Math.min(pace.usedMs / pace.doublingMs, 40);
    case 'holding':
      // Below the measured rate at first, flat where it was measured, and steeper the longer nothing refuses.
      return pace.perSecond * (1 + growth * ((pace.usedMs - steadyMs) / steadyMs) ** 3);
  }
}

/** How much the rate may grow over what was measured before the quota must have been raised. */
export const raisedFactor = 1.15;

/** A send at this pace is use for as long as its cost takes to flow in. */
export function use(pace: Pace, cost: number, rate: number): number {
  if (pace.kind === 'free' || rate <= 0) return 0;
  const usedMs = Math.min((1000 * cost) / rate, pace.kind === 'seeking' ? longestUseMs : Number.POSITIVE_INFINITY);
  pace.usedMs += usedMs;
  return usedMs;
}

// One large request must not double the rate by itself.
const longestUseMs = 580;
