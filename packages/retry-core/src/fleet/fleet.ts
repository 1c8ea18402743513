import { createAlarm } from '../alarm.ts';
import type { BreakerOptions } from '../breaker.ts';
import { type ClockOptions, systemClock } from '../clock.ts';
import type { Heap } from '../heap.ts';
import type { Cost } from '../limiter/cost.ts';
import type { LimiterOptions } from '../limiter/limiter.ts';
import { createLine, type InLine, notInLine } from '../line.ts';
import { createFlow } from './flow.ts';
import { FleetLease, type Lease, type LeaseEvents } from './lease.ts';
import { createMember, type Member, memberReadyAt, outUntil, silentAt } from './member.ts';
import { type Candidate, type Order, orders } from './orders.ts';
import { type FleetSnapshot, type SnapshotEntry, takeSnapshot, usableSnapshot } from './snapshot.ts';
import { type KeyStatus, statusOf } from './status.ts';

/**
 * What many callers know together about many quotas: for each key a limiter that learns, a breaker, a latency and a
 * bench. A key is any string. Who shares a quota shares a key.
 */
export interface Fleet {
  /**
   * Waits for leave to make a call with one of these keys, by default the one that can start it soonest. First come,
   * first served: what can't be served yet holds up nothing that can.
   */
  acquire(keys: readonly string[], cost?: Cost, options?: AcquireOptions): Promise<Lease>;
  /** How long a call would have to wait now if nobody were before it. `Infinity` while only an answer can tell. */
  waitMs(keys: readonly string[], cost?: Cost): number;
  /** How many calls to have on their way or waiting, so that no quota lies idle, and not many wait. */
  capacity(): number;
  /** Keeps a key out for a while: its quota of the day is used up, or it needs a person. */
  bench(key: string, forMs: number): void;
  /** How every key does, for the eyes. */
  status(): KeyStatus[];
  /** All that is worth keeping, as JSON. */
  snapshot(): FleetSnapshot;
  /** Begins from what an earlier fleet knew. Keys that are in use already learn for themselves. */
  restore(snapshot: FleetSnapshot): void;
}

/** How to wait for a {@link Lease}. */
export type AcquireOptions = {
  /** Ends the wait at once, with its own reason. */
  signal?: AbortSignal | undefined;
  /** Each step goes before what came up to a minute earlier, so nothing waits for ever. @default 0 */
  priority?: number | undefined;
  /** The lease of the last try of the same work: it keeps that one's place in the line, and goes elsewhere if that one failed. */
  inPlaceOf?: Lease | undefined;
};

/** What is known of a key's quota beforehand. */
export type KeyLimits = Omit<LimiterOptions, 'now' | 'random'>;

/** How a {@link Fleet} is made. */
export type FleetOptions = ClockOptions & {
  /** What is known of a key's quota, and the ceiling that it must not exceed. @default nothing */
  limits?: ((key: string) => KeyLimits) | undefined;
  /** Which of its keys a call gets. @default orders.soonest */
  order?: Order | undefined;
  /** The figures of the breakers. */
  breaker?: Omit<BreakerOptions, 'now' | 'random'> | undefined;
};

/**
 * Makes a {@link Fleet}.
 *
 * @example
 * ```ts
 * import { createFleet } from '@outcrop/retry-core';
 *
 * const fleet = createFleet();
 *
 * async function call(send: (region: string) => Promise<{ status: number }>): Promise<number> {
 *   const lease = await fleet.acquire(['us-east-1', 'eu-west-1'], { tokens: 2_000 });
 *   const { status } = await send(lease.key);
 *   if (status === 429) lease.throttled();
 *   else lease.settle({ tokens: 1_500 });
 *   return status;
 * }
 * ```
 */
export function createFleet(options: FleetOptions = {}): Fleet {
  const { limits = nothingKnown, order = orders.soonest, breaker = {} } = options;
  const { now: clockNow = systemClock.now, wallNow = systemClock.wallNow } = options;
  const { random = systemClock.random, delay = systemClock.delay } = options;
  const members = new Map<string, Member>();
  const queues = new Map<string, Queue>();
  const alarm = createAlarm(look, { now: clockNow, delay });
  // One look sees one time. A clock goes on meanwhile, and whatever is ready now would always be so a moment later.
  let seenAt: number | undefined;
  const remembered = new Map<string, SnapshotEntry>();
  let arrivals = 0;
  let leases = 0;
  let inFlight = 0;
  let willLook = false;
  const flow = createFlow();
  const events: LeaseEvents = { now, changed: look, ended: () => inFlight-- };

  function now(): number {
    return seenAt ?? clockNow();
  }

  function atOneTime<T>(work: (at: number) => T): T {
    if (seenAt !== undefined) return work(seenAt);
    seenAt = clockNow();
    try {
      return work(seenAt);
    } finally {
      seenAt = undefined;
    }
  }

  function acquire(keys: readonly string[], cost: Cost = {}, wait: AcquireOptions = {}): Promise<Lease> {
    // What is thrown in here is a rejection.
    return new Promise((resolve, reject) => {
      const { signal, priority, inPlaceOf } = wait;
      signal?.throwIfAborted();
      const usable = membersOf(keys);
      if (usable.every((member) => member.limiter.readyAt(cost) === Number.POSITIVE_INFINITY)) {
        throw new RangeError(`A call of ${JSON.stringify(cost)} is above the ceiling of every key.`);
      }
      const place = placeFor(inPlaceOf, priority);
      const atOnce = inPlaceOf === undefined && queues.size === 0 ? withoutLine(usable, cost, place) : undefined;
      if (atOnce !== undefined) {
        resolve(atOnce);
        return;
      }
      const queue = queueOf(usable);
      // Many may wait, so one is an object and what its promise needs, and nothing more.
      const waiter: Waiter = {
        ...place,
        cost,
        avoid: avoided(inPlaceOf),
        queue,
        resolve,
        reject,
        stopListening: undefined,
      };
      if (signal !== undefined) waiter.stopListening = giveUpOn(signal, waiter);
      queue.line.add(waiter);
      // Behind others nothing changes by one more.
      if (queue.line.first() === waiter) look();
    });
  }

  /** Where nobody stands in line, mostly nobody has to: that needs no line. */
  function withoutLine(usable: readonly Member[], cost: Cost, place: InLine): Lease | undefined {
    return atOneTime((at) => {
      const { member, readyAt } = pick(usable, cost, at);
      const lease = readyAt <= at ? leaseOf(member, cost, place, at) : at;
      if (typeof lease === 'number') return undefined;
      alarm.set(silentAt(member));
      return lease;
    });
  }

  function giveUpOn(signal: AbortSignal, waiter: Waiter): () => void {
    function onAbort(): void {
      const wasFirst = waiter.queue.line.first() === waiter;
      leave(waiter);
      waiter.reject(signal.reason);
      if (wasFirst) lookSoon();
    }
    signal.addEventListener('abort', onAbort);
    return () => signal.removeEventListener('abort', onAbort);
  }

  function leave(waiter: Waiter): void {
    const { queue } = waiter;
    waiter.stopListening?.();
    queue.line.remove(waiter);
    // A line in which nobody stands is none: there may be as many as there are sets of keys.
    if (queue.line.size === 0) queues.delete(queue.name);
  }

  function placeFor(last: Lease | undefined, priority: number | undefined): InLine {
    const place = notInLine(now(), arrivals++, priority);
    return last instanceof FleetLease ? { ...place, rank: last.rank, arrival: last.arrival } : place;
  }

  /** Once for all that leave together: one signal may end thousands. */
  function lookSoon(): void {
    if (willLook) return;
    willLook = true;
    queueMicrotask(() => {
      willLook = false;
      look();
    });
  }

  /** Does all that can be done now, and sets the alarm for what can be done later. */
  function look(): void {
    atOneTime(lookAt);
  }

  function lookAt(at: number): void {
    for (const member of members.values()) {
      if (silentAt(member) <= at) giveUp(member);
    }
    let wakeAt = serve(at);
    for (const member of members.values()) wakeAt = Math.min(wakeAt, silentAt(member));
    if (wakeAt === Number.POSITIVE_INFINITY) alarm.off();
    else alarm.set(wakeAt);
  }

  /** Serves the lines, the longest wait first. Gives the time at which the next can be served. */
  function serve(at: number): number {
    if (queues.size === 0) return Number.POSITIVE_INFINITY;
    const stuck = new Set<Queue>();
    // What somebody waits for who came earlier is not given to who came later, or large calls would wait for ever.
    const claimed = new Set<Member>();
    let wakeAt = Number.POSITIVE_INFINITY;
    for (;;) {
      const queue = nextQueue(stuck);
      if (queue === undefined) return wakeAt;
      const readyAt = serveFirst(queue, claimed, at);
      if (readyAt > at) {
        stuck.add(queue);
        wakeAt = Math.min(wakeAt, readyAt);
      }
    }
  }

  function nextQueue(stuck: ReadonlySet<Queue>): Queue | undefined {
    let next: Queue | undefined;
    for (const queue of queues.values()) {
      const first = queue.line.first();
      const best = next?.line.first();
      if (first === undefined || stuck.has(queue)) continue;
      if (best === undefined || first.rank < best.rank || (first.rank === best.rank && first.arrival < best.arrival)) {
        next = queue;
      }
    }
    return next;
  }

  /** Gives the first in the line a lease, or gives the time at which it may have one. */
  function serveFirst(queue: Queue, claimed: Set<Member>, at: number): number {
    const first = queue.line.first() as Waiter;
    const open = queue.members.filter((member) => !claimed.has(member));
    if (open.length === 0) return Number.POSITIVE_INFINITY;
    let picked: Choice;
    try {
      picked = pick(open, first.cost, at);
    } catch (error) {
      // The caller's order has thrown. That is the caller's to hear, and not of whoever happens to end a call right now.
      leave(first);
      first.reject(error);
      return at;
    }
    const { member, readyAt } = picked;
    if (readyAt > at) {
      claimed.add(member);
      return readyAt;
    }
    if (first.avoid !== member) return start(queue, first, member, at);
    const elsewhere = open.find((other) => other !== member && memberReadyAt(other, first.cost, at) <= at);
    if (elsewhere !== undefined) return start(queue, first, elsewhere, at);
    const other = queue.line
      .some(8)
      .find((waiter) => waiter.avoid !== member && memberReadyAt(member, waiter.cost, at) <= at);
    return start(queue, other ?? first, member, at);
  }

  function pick(from: readonly Member[], cost: Cost, at: number): Choice {
    const candidates: Choice[] = from.map((member) => {
      const readyAt = memberReadyAt(member, cost, at);
      const isOut = outUntil(member) > at;
      if (isOut || member.inFlight.size >= member.overload.limit) member.outAt = at;
      return {
        key: member.key,
        waitMs: Math.max(0, readyAt - at),
        isOut,
        inFlight: member.inFlight.size,
        member,
        readyAt,
      };
    });
    const key = (order(candidates, leases, random) ?? orders.soonest(candidates, leases, random))?.key;
    const picked = candidates.find((candidate) => candidate.key === key);
    if (picked === undefined) throw new RangeError(`The order picked ${JSON.stringify(key)}, which is no candidate.`);
    return picked;
  }

  function start(queue: Queue, waiter: Waiter, member: Member, at: number): number {
    const lease = leaseOf(member, waiter.cost, waiter, Math.max(queue.since, member.outAt));
    if (typeof lease === 'number') return lease;
    leave(waiter);
    waiter.resolve(lease);
    return at;
  }

  /** Gives the time at which there may be one instead, if there is none now. */
  function leaseOf(member: Member, cost: Cost, place: InLine, wantedSince: number): Lease | number {
    const permit = member.breaker.enter();
    const grant = member.limiter.reserve(cost, wantedSince);
    if (permit === undefined || grant.type === 'wait') {
      permit?.abandoned();
      return grant.type === 'wait' ? now() + grant.ms : member.breaker.readyAt();
    }
    leases++;
    inFlight++;
    flow.count(now());
    return new FleetLease(member, grant, permit, place, events);
  }

  function giveUp(member: Member): void {
    member.breaker.open();
    for (const lease of [...member.inFlight]) lease.giveUp();
  }

  function queueOf(members: readonly Member[]): Queue {
    const name = members.length === 1 ? (members[0] as Member).key : JSON.stringify(members.map(({ key }) => key));
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = { name, members, line: createLine(), since: now() };
      queues.set(name, queue);
    }
    return queue;
  }

  function membersOf(keys: readonly string[]): Member[] {
    if (keys.length === 0) throw new RangeError('keys is empty, but there has to be one at least.');
    return [...new Set(keys)].map(memberOf);
  }

  function memberOf(key: string): Member {
    let member = members.get(key);
    if (member === undefined) {
      const { known, ...bounds } = limits(key);
      const before = remembered.get(key);
      member = createMember(key, { ...bounds, known: known ?? before?.limits }, breaker, { now, random });
      // Further off than any quota's renewal, it is the wall clock that was set.
      const benchedMs = (before?.benchedUntil ?? 0) - wallNow();
      if (benchedMs < longestBenchMs) member.benchedUntil = now() + benchedMs;
      members.set(key, member);
    }
    return member;
  }

  return {
    acquire,
    waitMs: (keys, cost = {}) =>
      atOneTime((at) =>
        Math.max(0, Math.min(...membersOf(keys).map((member) => memberReadyAt(member, cost, at) - at))),
      ),
    capacity: () => inFlight + Math.max(16, 2 * flow.perSecond()),
    bench(key, forMs) {
      if (Number.isNaN(forMs)) throw new RangeError('forMs is NaN, but has to be a number of milliseconds.');
      const member = memberOf(key);
      member.benchedUntil = Math.max(member.benchedUntil, now() + forMs);
      look();
    },
    status: () => [...members.values()].map((member) => statusOf(member, now())),
    snapshot: () => takeSnapshot(members.values(), remembered, now(), wallNow()),
    restore(snapshot) {
      for (const [key, entry] of usableSnapshot(snapshot)) remembered.set(key, entry);
    },
  };
}

function nothingKnown(): KeyLimits {
  return {};
}

const longestBenchMs = 32 * 86_400_000;

type Choice = Candidate & { member: Member; readyAt: number };

type Waiter = InLine & {
  cost: Cost;
  /** Where it went wrong before. */
  avoid: Member | undefined;
  queue: Queue;
  resolve: (lease: Lease) => void;
  reject: (error: unknown) => void;
  stopListening: (() => void) | undefined;
};

/** Those who are content with the same keys stand in one line. */
type Queue = {
  name: string;
  members: readonly Member[];
  line: Heap<Waiter>;
  /** Since when there has been somebody. */
  since: number;
};

function avoided(last: Lease | undefined): Member | undefined {
  return last instanceof FleetLease ? last.failedAt : undefined;
}
