// Two neighbours are 2 % apart, so what is read off the middle of one is right to 1 %.
const step = Math.log(1.02);

/** Durations without end in little room. */
export function createHistogram() {
  const counts = new Map<number, number>();
  let total = 0;
  let sum = 0;

  return {
    add(ms: number): void {
      const bucket = ms > 0 ? Math.round(Math.log(ms) / step) : Number.NEGATIVE_INFINITY;
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      total++;
      sum += ms;
    },
    average: () => (total === 0 ? 0 : sum / total),
    /** The duration that this share of all stays within; 0 if there is none. */
    quantile(share: number): number {
      let left = Math.ceil(share * total);
      for (const [bucket, count] of [...counts].sort(([a], [b]) => a - b)) {
        left -= count;
        if (left <= 0) return Math.exp(bucket * step);
      }
      return 0;
    },
  };
}
