import type { BreakerPermit } from '../breaker.ts';
import type { Cost } from '../limiter/cost.ts';
import type { Grant, Throttle } from '../limiter/limiter.ts';
import { hear, type Member, patienceMs } from './member.ts';

/** How a call failed. */
export type Failure =
  /** It was never begun: no connection, or a service that says it can't. */
  | 'unavailable'
  /** It was begun, and went wrong. */
  | 'error'
  /** It was begun, and nobody knows what became of it. */
  | 'timed_out';

/** Leave to make one call with one key. Exactly one of its ends wants to be told, else its place is never given back. */
export interface Lease {
  readonly key: string;
  /** Fires when the fleet has found that this key answers nobody any more. The call then has counted as `timed_out`. */
  readonly signal: AbortSignal;
  /** How long it makes sense to wait for this call, by what others took. */
  readonly patienceMs: number;
  /** The service has begun to answer. */
  accepted(): void;
  /** It is done, and this is what it took. What is left out, or no amount, took what was reserved. */
  settle(actual?: Cost): void;
  /** It was refused for lack of quota. */
  throttled(refusal?: Throttle): void;
  /** It failed. */
  failed(failure: Failure): void;
  /** The caller has given up: nothing is learnt from that. */
  abandoned(): void;
}

/** What a lease needs of its fleet. */
export type LeaseEvents = {
  now: () => number;
  ended: () => void;
  changed: () => void;
};

export class FleetLease implements Lease {
  readonly key: string;
  readonly startedAt: number;
  readonly rank: number;
  readonly arrival: number;
  /** Where it went wrong, so that the next try goes elsewhere if it can. */
  failedAt: Member | undefined;
  readonly #member: Member;
  readonly #grant: Grant;
  readonly #permit: BreakerPermit;
  readonly #events: LeaseEvents;
  readonly #isProbe: boolean;
  #abort: AbortController | undefined;

  constructor(
    member: Member,
    grant: Grant,
    permit: BreakerPermit,
    place: { rank: number; arrival: number },
    events: LeaseEvents,
  ) {
    this.key = member.key;
    this.#isProbe = member.breaker.isHalfOpen;
    this.startedAt = events.now();
    this.rank = place.rank;
    this.arrival = place.arrival;
    this.#member = member;
    this.#grant = grant;
    this.#permit = permit;
    this.#events = events;
    member.inFlight.add(this);
    member.unheard.add(this);
  }

  // Made when it is asked for: most callers never do.
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  get patienceMs(): number {
    return patienceMs(this.#member, this.#isProbe);
  }

  accepted(): void {
    if (!this.#member.inFlight.has(this)) return;
    hear(this.#member, this);
    this.#grant.accepted();
    this.#events.changed();
  }

  settle(actual?: Cost): void {
    const inFlight = this.#endHeard();
    if (inFlight === undefined) return;
    this.#answered(inFlight);
    this.#member.latency.add(this.#events.now() - this.startedAt);
    this.#grant.settle(actual);
    this.#permit.succeeded();
    this.#events.changed();
  }

  throttled(refusal?: Throttle): void {
    const inFlight = this.#endHeard();
    if (inFlight === undefined) return;
    this.#answered(inFlight);
    this.#grant.throttled(refusal);
    this.#permit.succeeded();
    this.#events.changed();
  }

  failed(failure: Failure): void {
    if (this.#fail(failure)) this.#events.changed();
  }

  abandoned(): void {
    if (this.#end() === undefined) return;
    this.#grant.abandoned();
    this.#permit.abandoned();
    this.#events.changed();
  }

  /** The fleet gives up on the key. A caller that never tells must not keep it busy, so that is told here. */
  giveUp(): void {
    this.#fail('timed_out');
    this.#abort ??= new AbortController();
    this.#abort.abort(new DOMException('Nothing answers there any more.', 'TimeoutError'));
  }

  #fail(failure: Failure): boolean {
    const inFlight = failure === 'timed_out' ? this.#end() : this.#endHeard();
    if (inFlight === undefined) return false;
    this.failedAt = this.#member;
    if (failure === 'unavailable') this.#member.overload.unavailable(this.startedAt, inFlight, this.#events.now());
    if (failure === 'error') this.#answered(inFlight);
    if (failure === 'timed_out') this.#grant.abandoned();
    else this.#grant.failed();
    this.#permit.failed();
    return true;
  }

  /** How many were in flight with it; `undefined` if it had ended before. */
  #end(): number | undefined {
    const { size } = this.#member.inFlight;
    if (!this.#member.inFlight.delete(this)) return undefined;
    this.#member.unheard.delete(this);
    this.#events.ended();
    return size;
  }

  #endHeard(): number | undefined {
    hear(this.#member, this);
    return this.#end();
  }

  #answered(inFlight: number): void {
    this.#member.overload.answered(inFlight);
    if (this.#isProbe) this.#member.overload.returned();
  }
}
