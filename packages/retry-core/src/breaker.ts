import { type ClockOptions, systemClock } from './clock.ts';
import { checkFigures } from './figures.ts';

/** Where a {@link Breaker} stands. */
export type BreakerState =
  | { state: 'closed'; outcomes: number; failures: number }
  | { state: 'open'; until: number; openings: number }
  | { state: 'half_open'; probes: number; openings: number };

/** Keeps calls away from what fails, and lets a few through from time to time to see whether it still does. */
export interface Breaker {
  /** The state now, as data. Times are those of `now`. */
  snapshot(): BreakerState;
  /** Whether what is let through now is a probe. */
  readonly isHalfOpen: boolean;
  /** When a call may start: now or earlier if it may at once; while a probe is on its way, when that is given up. */
  readyAt(): number;
  /** A permit for one call, or `undefined` if it may not start now. Each permit wants exactly one of its ends. */
  enter(): BreakerPermit | undefined;
  /** Opens it without waiting for more failures: somebody knows better. */
  open(): void;
}

/** One call that was let through. */
export type BreakerPermit = {
  /** The call came through. */
  succeeded(): void;
  /** The call failed in a way that speaks against the target. */
  failed(): void;
  /** Nothing was learnt: the call was cancelled. */
  abandoned(): void;
};

/** The figures of a {@link Breaker}. */
export type BreakerOptions = Pick<ClockOptions, 'now' | 'random'> & {
  /** How many of the last outcomes are looked at. @default 20 */
  outcomes?: number | undefined;
  /** Older ones are not. @default 30_000 */
  windowMs?: number | undefined;
  /** It opens with so many failures among them, @default 5 */
  minFailures?: number | undefined;
  /** and with such a share of failures. @default 0.5 */
  failureShare?: number | undefined;
  /** How long it stays open at first, give or take a fifth. It doubles each time a probe fails. @default 5_000 */
  openMs?: number | undefined;
  /** @default 15_000 */
  maxOpenMs?: number | undefined;
  /** How many calls may be on their way while it is half open. @default 1 */
  probes?: number | undefined;
};

/** Makes a {@link Breaker}. It counts outcomes and not calls per second, so it works for one call a minute as well. */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  const { outcomes: maxOutcomes = 20, windowMs = 30_000, minFailures = 5, failureShare = 0.5 } = options;
  const { openMs = 5_000, maxOpenMs = 15_000, probes: maxProbes = 1 } = options;
  const { now = systemClock.now, random = systemClock.random } = options;
  checkFigures({ outcomes: maxOutcomes, probes: maxProbes }, 1);
  checkFigures({ windowMs, minFailures, failureShare, openMs, maxOpenMs }, 0);
  let inner: Inner = { state: 'closed', recent: [] };
  let probedAt = 0;

  function current(): Inner {
    if (inner.state === 'open' && now() >= inner.until) {
      inner = { state: 'half_open', probes: 0, openings: inner.openings };
    } else if (inner.state === 'half_open' && inner.probes > 0 && now() >= probedAt + probeMs) {
      // A probe that nobody ends, because its caller is gone or its call hangs, must not keep the target out for ever.
      inner = { state: 'half_open', probes: 0, openings: inner.openings };
    }
    return inner;
  }

  function openAfter(openings: number): void {
    const forMs = Math.min(maxOpenMs, openMs * 2 ** (openings - 1)) * (0.8 + 0.4 * random());
    inner = { state: 'open', until: now() + forMs, openings };
  }

  function enter(): BreakerPermit | undefined {
    const entered = current();
    if (entered.state === 'open') return undefined;
    if (entered.state === 'closed') return permit(note);
    if (entered.probes >= maxProbes) return undefined;
    entered.probes++;
    probedAt = now();
    return permit((outcome) => probed(entered, outcome));
  }

  /** Of a call that started while it was closed. What such calls say later, when it is not, is old news. */
  function note(outcome: Outcome): void {
    const state = current();
    if (state.state !== 'closed' || outcome === 'abandoned') return;
    const { recent } = state;
    recent.push({ at: now(), isFailure: outcome === 'failed' });
    while (recent.length > maxOutcomes || (recent[0]?.at ?? 0) < now() - windowMs) recent.shift();
    const failures = failuresIn(recent);
    if (failures >= minFailures && failures >= failureShare * recent.length) openAfter(1);
  }

  function probed(entered: Inner, outcome: Outcome): void {
    if (inner !== entered || inner.state !== 'half_open') return;
    inner.probes--;
    if (outcome === 'failed') openAfter(inner.openings + 1);
    if (outcome === 'succeeded') inner = { state: 'closed', recent: [] };
  }

  return {
    enter,
    get isHalfOpen() {
      return current().state === 'half_open';
    },
    readyAt() {
      const state = current();
      if (state.state === 'open') return state.until;
      return state.state === 'half_open' && state.probes >= maxProbes ? probedAt + probeMs : now();
    },
    open() {
      const state = current();
      openAfter(state.state === 'closed' ? 1 : state.openings + 1);
    },
    snapshot() {
      const state = current();
      if (state.state !== 'closed') return { ...state };
      return { state: 'closed', outcomes: state.recent.length, failures: failuresIn(state.recent) };
    },
  };
}

const probeMs = 300_000;

type Outcome = 'succeeded' | 'failed' | 'abandoned';

type Inner =
  | { state: 'closed'; recent: { at: number; isFailure: boolean }[] }
  | Exclude<BreakerState, { state: 'closed' }>;

function permit(end: (outcome: Outcome) => void): BreakerPermit {
  let isUsed = false;
  const once = (outcome: Outcome) => () => {
    if (!isUsed) end(outcome);
    isUsed = true;
  };
  return { succeeded: once('succeeded'), failed: once('failed'), abandoned: once('abandoned') };
}

function failuresIn(recent: readonly { isFailure: boolean }[]): number {
  return recent.filter(({ isFailure }) => isFailure).length;
}
