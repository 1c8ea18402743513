import type { Deadlines } from '../converse.ts';
import { aFunction, aNumber } from './checks.ts';
import type { OptionChecks } from './option-problems.ts';

/** Of the options that say where time and chance come from. */
export const clockChecks = { now: aFunction, wallNow: aFunction, random: aFunction, delay: aFunction } as const;

/** Of the deadlines of a call. */
export const deadlineChecks: OptionChecks<Deadlines> = {
  connectMs: aNumber(1),
  firstEventMs: aNumber(1),
  idleMs: aNumber(1),
  totalMs: aNumber(1),
};
