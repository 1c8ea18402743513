import { checkFigures } from './figures.ts';

/** How long to wait after a failed attempt. A pure function: chance comes in with the rest. */
export type Backoff = (failed: FailedAttempt) => number;

/** What a {@link Backoff} is told. */
export type FailedAttempt = {
  /** Which attempt failed, counted from 1. */
  attempt: number;
  /** How long the wait before that attempt was: 0 before the first. */
  previousMs: number;
  /** From 0 to 1, without 1. */
  random: () => number;
};

/** The range of a {@link Backoff}. */
export type BackoffOptions = {
  /** The longest wait after the first failure. It doubles with each further one. @default 200 */
  baseMs?: number | undefined;
  /** @default 20_000 */
  maxMs?: number | undefined;
};

/** Anything between nothing and the doubled base: spreads many callers best, so it is the default of `retry`. */
export function fullJitter(options: BackoffOptions = {}): Backoff {
  const ceiling = noJitter(options);
  return (failed) => failed.random() * ceiling(failed);
}

/** Between half of the doubled base and all of it: no wait is tiny. */
export function equalJitter(options: BackoffOptions = {}): Backoff {
  const ceiling = noJitter(options);
  return (failed) => (0.5 + failed.random() / 2) * ceiling(failed);
}

/** Between the base and three times the wait before: grows with what was waited, not with the count. */
export function decorrelatedJitter({ baseMs = 200, maxMs = 20_000 }: BackoffOptions = {}): Backoff {
  checkFigures({ baseMs, maxMs }, 0);
  return ({ previousMs, random }) => Math.min(maxMs, baseMs + random() * (3 * Math.max(baseMs, previousMs) - baseMs));
}

/** The doubled base itself. Callers that failed together come back together: for one caller, and for tests. */
export function noJitter({ baseMs = 200, maxMs = 20_000 }: BackoffOptions = {}): Backoff {
  checkFigures({ baseMs, maxMs }, 0);
  // No power is endless, or a base of 0 would make no number with it.
  return ({ attempt }) => Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 1_000));
}
