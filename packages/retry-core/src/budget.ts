import { checkFigures } from './figures.ts';

/** What many calls may spend on retries together. */
export interface RetryBudget {
  /** How many retries are left. */
  readonly level: number;
  /** Takes one, if there is one. */
  take(): boolean;
  /** A call has succeeded: gives a part of one back. */
  refund(): void;
}

/** The figures of a {@link RetryBudget}. */
export type RetryBudgetOptions = {
  /** How many retries there are at first, and at most. @default 50 */
  capacity?: number | undefined;
  /** What a success gives back: with 0.2, an outage that lasts costs at most one retry in five calls. @default 0.2 */
  refundPerSuccess?: number | undefined;
};

/**
 * A token bucket of retries, to be shared by all calls to one service: while most calls succeed nobody notices it,
 * and in an outage it makes each call one call instead of three.
 */
export function createRetryBudget({ capacity = 50, refundPerSuccess = 0.2 }: RetryBudgetOptions = {}): RetryBudget {
  checkFigures({ capacity, refundPerSuccess }, 0);
  let level = capacity;
  return {
    get level() {
      return level;
    },
    take() {
      if (level < 1) return false;
      level -= 1;
      return true;
    },
    refund() {
      level = Math.min(capacity, level + refundPerSuccess);
    },
  };
}
