import type { World } from './world.ts';

/** What came of a run. */
export type Tally = {
  succeededAt: number[];
  lost: number;
  throttled: Map<string, number>;
  otherFailures: number;
  byProcess: number[];
};

export function createTally({ processes = 1 }: World): Tally {
  return { succeededAt: [], lost: 0, throttled: new Map(), otherFailures: 0, byProcess: Array(processes).fill(0) };
}

export function countThrottle({ throttled }: Tally, key: string): void {
  throttled.set(key, (throttled.get(key) ?? 0) + 1);
}

export function totalThrottled({ throttled }: Tally): number {
  let total = 0;
  for (const count of throttled.values()) total += count;
  return total;
}
