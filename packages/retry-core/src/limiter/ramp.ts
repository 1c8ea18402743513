/** A cold start: nothing is known, so it begins with a few requests per second and doubles with use. */
export type Ramp = { perSecond: number; credit: number; refilledAt: number; isOver: boolean };

export function startRamp(at: number, perSecond: number): Ramp {
  return { perSecond, credit: 1, refilledAt: at, isOver: false };
}

export function refillRamp(ramp: Ramp, at: number): void {
  const most = Math.max(1, ramp.perSecond / 10);
  ramp.credit = Math.min(most, ramp.credit + (ramp.perSecond * Math.max(0, at - ramp.refilledAt)) / 1000);
  ramp.refilledAt = at;
}

export function spendRamp(ramp: Ramp): void {
  ramp.credit -= 1;
  ramp.perSecond = Math.min(fastest, ramp.perSecond + Math.LN2 / doublingSeconds);
}

export const slowestStart = 8;
const fastest = 500;
const doublingSeconds = 3;
