import { addSample, type Measurement, meanRate, type Sample, startMeasurement } from './measurement.ts';
import { type Pace, raisedFactor, rateOf, use } from './pace.ts';
import { createRecent, type Recent } from './recent.ts';

/** What is learnt of one dimension of a quota, and the credit that is spent of it. */
export type Allowance = {
  pace: Pace;
  /** Refills at the pace; a call is paid before it starts. Below zero after a throttle, or when calls settle in debt. */
  credit: number;
  refilledAt: number;
  /** For how long the credit has been as full as it gets. */
  fullMs: number;
  measurement: Measurement;
  samples: readonly Sample[];
  /** Throttles in a row that came too soon to measure anything. */
  tooSoon: number;
  readonly accepted: Recent;
  averageCost: number;
  averageSettled: number;
  largestCost: number;
};

/** What the limiter as a whole knows, and each of its allowances needs. */
export type Surroundings = {
  at: number;
  /** How fast a measured rate is outgrown: small for whoever has a quota to itself. */
  growth: number;
  /** For how long of use a measured rate stays. */
  steadyMs: number;
};

export function createAllowance(pace: Pace, at: number): Allowance {
  return {
    pace,
    // A quota that is known from the start is full at the start.
    credit: pace.kind === 'free' ? 0 : 60 * pace.perSecond,
    refilledAt: at - 1,
    fullMs: 0,
    measurement: startMeasurement(at),
    samples: [],
    tooSoon: 0,
    accepted: createRecent(at),
    averageCost: 0,
    averageSettled: 0,
    largestCost: 0,
  };
}

function currentRate(allowance: Allowance, around: Surroundings): number {
  const { pace } = allowance;
  const rate = rateOf(pace, around);
  if (pace.kind === 'free') return rate;
  if (pace.kind === 'holding' && rate > raisedFactor * pace.perSecond) {
    allowance.pace = { kind: 'seeking', perSecond: rate, doublingMs: 8_000, usedMs: 0 };
  }
  const floor = leastRate(allowance, around.at);
  if (pace.kind === 'holding') return Math.max(rate, floor);
  // What is sought is held to twice of what is really used, or one allowance would run away while another binds.
  const { accepted } = allowance;
  const used = Math.max((5 / 4) * accepted.rate(5, around.at), accepted.rate(30, around.at));
  return Math.max(Math.min(rate, Math.max(pace.perSecond, 2 * used)), floor);
}

/** Refills the credit. Gives the rate, because everybody who asks needs it. */
export function refill(allowance: Allowance, around: Surroundings): number {
  const rate = currentRate(allowance, around);
  forgiveDebt(allowance, rate);
  const elapsedMs = around.at - allowance.refilledAt;
  if (elapsedMs <= 0) return rate;
  if (rate === Number.POSITIVE_INFINITY) {
    // There is nothing to save up for, and no debt to begin with on the day a limit shows.
    allowance.credit = 0;
    allowance.refilledAt = around.at;
    return rate;
  }
  const most = Math.max(rate, 1.5 * allowance.largestCost);
  const credit = allowance.credit + (rate * elapsedMs) / 1000;
  if (credit > most) allowance.fullMs += ((credit - most) / rate) * 1000;
  allowance.credit = Math.min(most, credit);
  allowance.refilledAt = around.at;
  return rate;
}

/**
 * While the rate is sought, a debt is not paid off at a rate that may be far too low: after a moment a probe shows
 * better how things stand. And what a service says that a call took may be nonsense.
 */
function forgiveDebt(allowance: Allowance, rate: number): void {
  const { kind } = allowance.pace;
  if (kind !== 'free') allowance.credit = Math.max(allowance.credit, -longestDebtSeconds[kind] * rate);
}

/**
 * A call was admitted, so there was something left: since the last throttle at least as much has flowed in as was
 * consumed. After a deep debt that is the first thing known of the rate, and it is enough.
 */
export function noteAdmission(allowance: Allowance, sentAt: number): void {
  const { pace, measurement } = allowance;
  const ms = sentAt - measurement.since;
  if (pace.kind !== 'seeking' || measurement.count < 1 || ms < 2_000) return;
  const proven = (0.9 * 1000 * measurement.net) / ms;
  if (proven > pace.perSecond * 2 ** (pace.usedMs / pace.doublingMs)) {
    allowance.pace = { ...pace, perSecond: proven, usedMs: 0 };
  }
}

/** Pays for a call. Gives the use that it was, for {@link unspend}. */
export function spend(allowance: Allowance, cost: number, rate: number): number {
  allowance.credit -= cost;
  allowance.fullMs = 0;
  allowance.measurement.net += cost;
  allowance.measurement.count++;
  allowance.averageCost = blend(allowance.averageCost, cost);
  allowance.largestCost = Math.max(cost, allowance.largestCost * 0.999);
  return use(allowance.pace, cost, rate);
}

/** The call was never admitted. */
export function unspend(allowance: Allowance, cost: number, usedMs: number): void {
  allowance.credit += cost;
  allowance.measurement.net -= cost;
  allowance.measurement.count--;
  const { pace } = allowance;
  if (pace.kind !== 'free') pace.usedMs = Math.max(0, pace.usedMs - usedMs);
}

/** The call took more or less than it had reserved. */
export function adjust(allowance: Allowance, cost: number, actual: number, at: number): void {
  allowance.credit += cost - actual;
  allowance.measurement.net += actual - cost;
  allowance.accepted.add(actual - cost, at);
  allowance.averageSettled = blend(allowance.averageSettled, actual);
}

/** A throttle says that this allowance is used up right now: that is when its rate can be measured. */
export function measure(allowance: Allowance, around: Surroundings & { isWindowed: boolean; age: number }): void {
  const { pace, measurement: measured } = allowance;
  const { at } = around;
  const rate = currentRate(allowance, around);
  if (pace.kind === 'free') {
    allowance.pace = firstPace(allowance, around);
    allowance.credit = 0;
    allowance.refilledAt = at;
    restart(allowance, at);
    return;
  }
  const ms = at - measured.since;
  const settled = allowance.averageSettled || allowance.averageCost;
  if (measured.count < 8 || ms < 2_000 || measured.net < 4 * settled) {
    slowDownUnmeasured(allowance, rate, ms, at);
    return;
  }
  allowance.tooSoon = 0;
  if (measured.isDisturbed) {
    leaveUnmeasured(allowance, rate, at);
    restart(allowance, at);
    return;
  }
  const found = Math.max((1000 * measured.net) / ms, 0.25 * pace.perSecond);
  const overshot = rate > 1.5 * found;
  if (pace.kind === 'seeking' && overshot && pace.doublingMs < 9_000) {
    // The first measurements of a search still hold some of the burst that the bucket began with.
    allowance.pace = { kind: 'seeking', perSecond: found, doublingMs: pace.doublingMs * 3, usedMs: 0 };
    restart(allowance, at);
    return;
  }
  const isNews =
    pace.kind === 'seeking' || found < 0.9 * pace.perSecond || (measured.count >= 16 && found > 1.3 * pace.perSecond);
  allowance.samples = addSample(isNews ? [] : allowance.samples, { ms, net: (found * ms) / 1000 });
  const mean = meanRate(allowance.samples);
  const held = around.isWindowed ? Math.max(mean, allowance.accepted.rate(60, at)) : mean;
  const perSecond = Math.max(held, Math.min(0.98 * rate, 1.03 * held), leastRate(allowance, at));
  allowance.pace = { kind: 'holding', perSecond, usedMs: pace.kind === 'seeking' ? around.steadyMs / 2 : 0 };
  restart(allowance, at);
}

/** The first throttle ever: what was used up is a burst of unknown size and what flowed in since. */
function firstPace(allowance: Allowance, { at, age, steadyMs }: { at: number; age: number; steadyMs: number }): Pace {
  const { accepted, measurement, averageCost } = allowance;
  if (age > 60_000)
    return {
      kind: 'holding',
      perSecond: Math.max(accepted.rate(60, at), leastRate(allowance, at)),
      usedMs: steadyMs / 2,
    };
  // As if the burst were a minute's worth. Too low if it was less, and found out soon.
  const perSecond = Math.max(
    (1000 * measurement.net) / (Math.min(60_000, 1_000 + 5 * age) + age),
    0.2 * averageCost,
    leastRate(allowance, at),
  );
  return { kind: 'seeking', perSecond, doublingMs: 1_000, usedMs: 0 };
}

function slowDownUnmeasured(allowance: Allowance, rate: number, ms: number, at: number): void {
  const { pace, measurement } = allowance;
  if (pace.kind === 'seeking') {
    const seen = measurement.count >= 3 && ms > 0 ? Math.min(rate, (1000 * measurement.net) / ms) : 0;
    const perSecond = Math.max(0.6 * rate, seen, leastRate(allowance, at));
    allowance.pace = { ...pace, perSecond, doublingMs: pace.doublingMs * 1.5, usedMs: 0 };
  } else if (pace.kind === 'holding') {
    const perSecond = Math.max(pace.perSecond * (allowance.tooSoon > 0 ? 0.9 : 1), leastRate(allowance, at));
    allowance.pace = { kind: 'holding', perSecond, usedMs: 0 };
  }
  allowance.tooSoon++;
}

function leaveUnmeasured(allowance: Allowance, rate: number, at: number): void {
  const { pace } = allowance;
  if (pace.kind === 'seeking' && pace.returnTo === undefined) {
    allowance.pace = { ...pace, perSecond: Math.max(0.6 * rate, leastRate(allowance, at)), usedMs: 0 };
  } else if (pace.kind !== 'free') {
    const known = pace.kind === 'seeking' ? pace.returnTo : undefined;
    const perSecond = Math.max(known ?? Math.min(pace.perSecond, rate), leastRate(allowance, at));
    allowance.pace = { kind: 'holding', perSecond, usedMs: 0 };
  }
}

/** After a while of rest the bucket is full again: spend that, and come back to what was known. */
export function wake(allowance: Allowance): void {
  const { pace } = allowance;
  if (pace.kind === 'free') return;
  // A search that was not over yet has nothing to come back to: it goes on.
  const returnTo = pace.kind === 'holding' ? pace.perSecond : pace.returnTo;
  const perSecond = returnTo ?? pace.perSecond;
  allowance.pace = { kind: 'seeking', perSecond, doublingMs: 3_000, usedMs: 0, returnTo };
}

export function restart(allowance: Allowance, at: number): void {
  allowance.measurement = startMeasurement(at);
}

/**
 * Every rate has a floor, or a target that was throttled once at the wrong moment would be dead for ever: a call of the
 * usual size waits for minutes at most, and the largest that anybody wants for an hour. And no bucket of a minute admits
 * in any minute more than four times what flows in, even if somebody else takes more than half of that: a rate far below
 * what was admitted lately is that of a window which is used up, and not of the quota.
 */
function leastRate({ averageCost, largestCost, accepted }: Allowance, at: number): number {
  return Math.max(0.005 * averageCost || 0.005 * largestCost, largestCost / 3_600, accepted.perMinute(at) / 240);
}

const longestDebtSeconds = { seeking: 2, holding: 3_600 };

function blend(average: number, value: number): number {
  return average === 0 ? value : 0.95 * average + 0.05 * value;
}
