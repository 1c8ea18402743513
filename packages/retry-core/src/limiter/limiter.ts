import { type ClockOptions, systemClock } from '../clock.ts';
import {
  type Allowance,
  adjust,
  createAllowance,
  measure,
  noteAdmission,
  refill,
  restart,
  type Surroundings,
  spend,
  unspend,
  wake,
} from './allowance.ts';
import { type Block, prolong, startBlock, wasWindow } from './block.ts';
import { createCeiling } from './ceiling.ts';
import {
  amountOf,
  type Cost,
  checkCost,
  type Dimension,
  dimensions,
  isAmount,
  perSecond,
  type Quotas,
} from './cost.ts';
import type { Pace } from './pace.ts';
import { refillRamp, slowestStart, spendRamp, startRamp } from './ramp.ts';

/**
 * Learns how much a service lets through, from what it refuses. It holds no line and no timer: whoever asks gets a
 * grant, or is told how long to wait. `createFleet` has both, for one limiter or many.
 */
export interface Limiter {
  /** When a call of this cost may start: now, or later, if nothing happens until then. `Infinity` if never. */
  readyAt(cost: Cost): number;
  /**
   * Takes the cost, or says how long to wait before asking again. Whoever has a line tells since when somebody has
   * stood in it: a quota that nobody wanted for a while has filled up, and one that somebody waited for has not.
   */
  reserve(cost: Cost, wantedSince?: number): Grant | Wait;
  /** What it has found, to be stored. */
  snapshot(): LimiterSnapshot;
}

/** A call may start. Exactly one of its ends wants to be told; `accepted` may be told before. */
export interface Grant {
  readonly type: 'grant';
  /** The service has begun to answer, so it has not refused. */
  accepted(): void;
  /** It is done, and this is what it took. What is left out, or no amount, took what was reserved. */
  settle(actual?: Cost): void;
  /** The service refused it for lack of quota, and perhaps said of which, and for how long. */
  throttled(refusal?: Throttle): void;
  /** It failed before the service counted it. */
  failed(): void;
  /** Nobody knows what it took: it timed out, or was cancelled. */
  abandoned(): void;
}

/** No grant yet. */
export type Wait = { readonly type: 'wait'; readonly ms: number };

/** What a service says when it throttles. */
export type Throttle = {
  limit?: Dimension | undefined;
  retryAfterMs?: number | undefined;
};

/** What a {@link Limiter} has found, as JSON: rates per minute of what has been throttled at least once. */
export type LimiterSnapshot = Quotas & { isWindow?: boolean };

/** What a {@link Limiter} may be told beforehand. */
export type LimiterOptions = Pick<ClockOptions, 'now' | 'random'> & {
  /** Is never exceeded, over any minute. */
  ceiling?: Quotas | undefined;
  /** What the quotas are, as far as known: it starts from there instead of from nothing, and goes on learning. */
  known?: LimiterSnapshot | undefined;
  /** Whether others live off the same quota: `sole` finds less to take back, and takes it back more slowly. @default 'shared' */
  share?: 'shared' | 'sole' | undefined;
};

/** Makes a {@link Limiter}. */
export function createLimiter(options: LimiterOptions = {}): Limiter {
  const { ceiling = {}, known = {}, share = 'shared' } = options;
  const { now = systemClock.now, random = systemClock.random } = options;
  const createdAt = now();
  const allowances = dimensions.map((dimension) => createAllowance(paceOf(known, dimension), createdAt));
  const [requests, tokens] = allowances as [Allowance, Allowance];
  const ceilings = dimensions.map((dimension) => {
    const most = perSecond(ceiling, dimension);
    return most === undefined ? undefined : createCeiling(most * 60, createdAt);
  });
  const ramp = startRamp(createdAt, slowestStart);
  const around: Surroundings = { at: createdAt, growth: share === 'sole' ? 0.05 : 0.15, steadyMs: steadiestMs };
  let steadyUntil = createdAt;
  let block: Block | undefined;
  let blockedBy: readonly Dimension[] = dimensions;
  let throttledAt = Number.NEGATIVE_INFINITY;
  let isWindow = known.isWindow === true;
  // In the order in which they were sent. Whatever is not refused within a second will not be.
  const unanswered: Sent[] = [];
  let answered = 0;

  function readyAt(cost: Cost): number {
    checkCost(cost);
    look();
    const { at } = around;
    let ready = at;
    if (block !== undefined) {
      ready = Math.max(ready, block.holdUntil);
      // One probe at a time. Where it went unanswered, silence will do.
      const probe = unanswered[answered];
      if (block.throttles > 1 && probe !== undefined) ready = Math.max(ready, probe.at + silenceMs);
    }
    if (!ramp.isOver) {
      refillRamp(ramp, at);
      if (ramp.credit < 1 - tiny) ready = Math.max(ready, at + (1000 * (1 - ramp.credit)) / ramp.perSecond);
    }
    for (const [index, allowance] of allowances.entries()) {
      const amount = amountOf(cost, dimensions[index] as Dimension);
      allowance.largestCost = Math.max(allowance.largestCost, amount);
      const rate = refill(allowance, around);
      const missing = amount - allowance.credit;
      if (missing > tiny * amount && rate !== Number.POSITIVE_INFINITY) {
        ready = Math.max(ready, at + (1000 * missing) / rate);
      }
      ready = Math.max(ready, ceilings[index]?.readyAt(amount, at) ?? at);
    }
    return ready;
  }

  function reserve(cost: Cost, wantedSince?: number): Grant | Wait {
    const ready = readyAt(cost);
    const { at } = around;
    if (ready > at) return { type: 'wait', ms: ready - at };
    noteIdle(cost, wantedSince ?? at);
    startRampAtKnown(cost);
    const sent: Sent = { at, isAnswered: false, amounts: [0, 0], usedMs: [0, 0] };
    for (const [index, allowance] of allowances.entries()) {
      const amount = amountOf(cost, dimensions[index] as Dimension);
      sent.amounts[index] = amount;
      sent.usedMs[index] = spend(allowance, amount, refill(allowance, around));
      ceilings[index]?.add(amount, at);
    }
    if (!ramp.isOver) spendRamp(ramp);
    unanswered.push(sent);
    return grant(sent);
  }

  /** How long calls could have been started before anybody wanted one. */
  function noteIdle(cost: Cost, wantedSince: number): void {
    let idleMs = around.at - (block?.holdUntil ?? createdAt);
    for (const [index, allowance] of allowances.entries()) {
      // What nobody has ever wanted any of is never short either, and has no rate to divide by.
      if (allowance.pace.kind === 'free' || allowance.largestCost === 0) continue;
      const spare = allowance.credit - amountOf(cost, dimensions[index] as Dimension);
      idleMs = Math.min(idleMs, (1000 * spare) / refill(allowance, around) + allowance.fullMs);
    }
    idleMs -= around.at - wantedSince;
    if (idleMs > 200) for (const { measurement } of allowances) measurement.isDisturbed = true;
    if (idleMs > 5_000) for (const allowance of allowances) wake(allowance);
  }

  function startRampAtKnown(cost: Cost): void {
    if (ramp.isOver || requests.measurement.count > 0) return;
    for (const [index, { pace }] of allowances.entries()) {
      const amount = amountOf(cost, dimensions[index] as Dimension);
      if (pace.kind !== 'free' && amount > 0) ramp.perSecond = Math.max(ramp.perSecond, (2 * pace.perSecond) / amount);
    }
  }

  function grant(sent: Sent): Grant {
    let isOver = false;
    const end = () => {
      if (isOver) return false;
      isOver = true;
      look();
      return true;
    };
    return {
      type: 'grant',
      accepted() {
        if (isOver) return;
        look();
        onAccepted(sent);
      },
      settle(actual = {}) {
        if (!end()) return;
        onAccepted(sent);
        for (const [index, allowance] of allowances.entries()) {
          const amount = sent.amounts[index] as number;
          const took = actual[dimensions[index] as Dimension];
          adjust(allowance, amount, isAmount(took) ? took : amount, around.at);
        }
      },
      throttled(refusal = {}) {
        if (end()) onThrottled(sent, refusal);
      },
      failed() {
        if (!end()) return;
        sent.isAnswered = true;
        takeBack(sent);
      },
      abandoned() {
        if (end()) sent.isAnswered = true;
      },
    };
  }

  function onAccepted(sent: Sent): void {
    if (sent.isAnswered) return;
    sent.isAnswered = true;
    for (const [index, { accepted }] of allowances.entries()) accepted.add(sent.amounts[index] as number, around.at);
    for (const allowance of allowances) noteAdmission(allowance, sent.at);
    if (block !== undefined && sent.at > block.startedAt) endBlock(block);
  }

  function endBlock(ended: Block): void {
    block = undefined;
    if (!wasWindow(ended, tokens.measurement.net)) return;
    isWindow = true;
    for (const [index, allowance] of allowances.entries()) {
      const before = [ended.requestsBefore, ended.tokensBefore][index] as number;
      if (allowance.pace.kind === 'free' || before <= 0 || !blockedBy.includes(dimensions[index] as Dimension))
        continue;
      allowance.pace = { kind: 'holding', perSecond: before, usedMs: 0 };
      restart(allowance, around.at);
    }
  }

  function onThrottled(sent: Sent, { limit, retryAfterMs }: Throttle): void {
    const { at } = around;
    sent.isAnswered = true;
    takeBack(sent);
    const limits = limit === undefined ? dimensions : [limit];
    for (const [index, allowance] of allowances.entries()) {
      if (limits.includes(dimensions[index] as Dimension)) allowance.credit = Math.min(allowance.credit, 0);
    }
    // It was on its way when the last one was refused: the same news.
    if (sent.at <= throttledAt) return;
    throttledAt = at;
    ramp.isOver = true;
    if (block === undefined) {
      blockedBy = limits;
      for (const [index, allowance] of allowances.entries()) {
        if (!limits.includes(dimensions[index] as Dimension)) continue;
        measure(allowance, { ...around, isWindowed: isWindow, age: at - createdAt });
      }
      block = startBlock(at, {
        requestsBefore: requests.accepted.perMinute(at) / 60,
        tokensBefore: tokens.accepted.perMinute(at) / 60,
        netBefore: tokens.measurement.net,
      });
    } else prolong(block, at, random);
    if (isAmount(retryAfterMs)) block.holdUntil = Math.max(block.holdUntil, at + retryAfterMs);
  }

  function takeBack(sent: Sent): void {
    for (const [index, allowance] of allowances.entries()) {
      unspend(allowance, sent.amounts[index] as number, sent.usedMs[index] as number);
    }
  }

  function look(): void {
    const at = now();
    around.at = at;
    if (at >= steadyUntil) {
      steadyUntil = at + 1_000;
      const perSecond = Math.max(requests.accepted.rate(60, at), 1e-6);
      around.steadyMs = Math.min(steadiestMs, Math.max(40_000, 45_000 / perSecond));
    }
    for (let sent = unanswered[answered]; sent !== undefined; sent = unanswered[answered]) {
      if (!sent.isAnswered && at - sent.at < silenceMs) break;
      answered++;
      onAccepted(sent);
    }
    if (answered > 64 && answered * 2 > unanswered.length) {
      unanswered.splice(0, answered);
      answered = 0;
    }
  }

  return {
    readyAt,
    reserve,
    snapshot() {
      const found: LimiterSnapshot = {};
      const [requestsPerMinute, tokensPerMinute] = [foundPerMinute(requests.pace), foundPerMinute(tokens.pace)];
      if (requestsPerMinute > 0) found.requestsPerMinute = requestsPerMinute;
      if (tokensPerMinute > 0) found.tokensPerMinute = tokensPerMinute;
      if (isWindow) found.isWindow = true;
      return found;
    },
  };
}

type Sent = { at: number; isAnswered: boolean; amounts: [number, number]; usedMs: [number, number] };

function paceOf(known: Quotas, dimension: Dimension): Pace {
  const rate = perSecond(known, dimension);
  if (rate === undefined || rate === Number.POSITIVE_INFINITY) return { kind: 'free' };
  return { kind: 'seeking', perSecond: rate, doublingMs: 3_000, usedMs: 0, returnTo: rate };
}

/** 0 where nothing was found: it was never throttled, or nobody ever wanted any of it. */
function foundPerMinute(pace: Pace): number {
  if (pace.kind === 'free') return 0;
  return 60 * (pace.kind === 'seeking' ? (pace.returnTo ?? pace.perSecond) : pace.perSecond);
}

const silenceMs = 1_000;
const steadiestMs = 120_000;
// Sums of many small amounts are never quite exact.
const tiny = 1e-9;
