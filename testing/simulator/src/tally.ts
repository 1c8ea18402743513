/** What came of a run. */
export type Tally = {
  /** In the order in which they came. */
  successes: { at: number; process: number }[];
  lost: number;
  throttled: Map<string, number>;
  otherFailures: number;
};

export function createTally(): Tally {
  return { successes: [], lost: 0, throttled: new Map(), otherFailures: 0 };
}

export function countThrottle({ throttled }: Tally, key: string): void {
  throttled.set(key, (throttled.get(key) ?? 0) + 1);
}

export function totalThrottled({ throttled }: Tally): number {
  let total = 0;
  for (const count of throttled.values()) total += count;
  return total;
}

/** Jain's fairness of what each process had done when the first was through: 1 if all the same. */
export function fairness({ successes }: Tally, processes: number, share: number): number {
  const done: number[] = Array(processes).fill(0);
  for (const { process } of successes) {
    done[process] = (done[process] ?? 0) + 1;
    if (done[process] >= share) break;
  }
  const sum = done.reduce((total, each) => total + each, 0);
  return sum ** 2 / (processes * done.reduce((total, each) => total + each ** 2, 0));
}
