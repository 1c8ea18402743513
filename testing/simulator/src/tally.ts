/** What came of a run, or of one process's part in it. */
export type Tally = {
  /** When each came. */
  successes: number[];
  throttled: Map<string, number>;
  otherFailures: number;
};

export function createTally(): Tally {
  return { successes: [], throttled: new Map(), otherFailures: 0 };
}

export function countThrottle({ throttled }: Tally, key: string): void {
  throttled.set(key, (throttled.get(key) ?? 0) + 1);
}

export function totalOf(tallies: readonly Tally[]): Tally {
  const total = createTally();
  total.successes = tallies.flatMap(({ successes }) => successes).sort((a, b) => a - b);
  for (const { throttled, otherFailures } of tallies) {
    for (const [key, count] of throttled) total.throttled.set(key, (total.throttled.get(key) ?? 0) + count);
    total.otherFailures += otherFailures;
  }
  return total;
}

/** Jain's fairness of what each process did from then until the first was through: 1 if all the same, NaN if that was never. */
export function fairness(tallies: readonly Tally[], sinceMs: number): number {
  const untilMs = Math.min(...tallies.map(({ successes }) => successes.at(-1) ?? Number.POSITIVE_INFINITY));
  const done = tallies.map(({ successes }) => successes.filter((at) => at >= sinceMs && at <= untilMs).length);
  const sum = done.reduce((total, each) => total + each, 0);
  return sum ** 2 / (tallies.length * done.reduce((total, each) => total + each ** 2, 0));
}
