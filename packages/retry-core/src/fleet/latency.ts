/** How long calls take: a histogram that forgets, so a quantile costs the same after a million calls. */
export type Latency = {
  /** How many calls it speaks of; the older count for less. */
  readonly weight: number;
  add(ms: number): void;
  quantile(share: number): number;
};

export function createLatency(): Latency {
  const counts = new Float64Array(bins);
  let weight = 0;

  return {
    get weight() {
      return weight;
    },
    add(ms) {
      if (weight >= memory) {
        for (let bin = 0; bin < bins; bin++) counts[bin] = (counts[bin] ?? 0) / 2;
        weight /= 2;
      }
      const bin = Math.min(bins - 1, Math.floor(Math.log(Math.max(1, ms)) / step));
      counts[bin] = (counts[bin] ?? 0) + 1;
      weight++;
    },
    quantile(share) {
      let left = share * weight;
      for (let bin = 0; bin < bins; bin++) {
        left -= counts[bin] ?? 0;
        if (left <= 0) return Math.exp((bin + 1) * step);
      }
      return Math.exp(bins * step);
    },
  };
}

const memory = 512;
// Each bin is 10 % wider than the one before; the last begins at three hours.
const step = Math.log(1.1);
const bins = 170;
