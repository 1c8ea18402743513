/** How long calls take: a histogram that forgets, so a quantile costs the same after a million calls. */
export type Latency = {
  /** How many calls it speaks of; the older count for less. */
  readonly weight: number;
  /** Half of the calls took no longer. */
  readonly p50: number;
  readonly p99: number;
  add(ms: number): void;
};

export function createLatency(): Latency {
  const counts = new Float64Array(bins);
  let weight = 0;
  let quantiles = { p50: 0, p99: 0 };
  let lookedAt = 0;

  function quantile(share: number): number {
    let left = share * weight;
    for (let bin = 0; bin < bins; bin++) {
      left -= counts[bin] ?? 0;
      if (left <= 0) return Math.exp((bin + 1) * step);
    }
    return Math.exp(bins * step);
  }

  /** They are asked for with every call, and hardly change from one to the next. */
  function current(): typeof quantiles {
    if (Math.abs(weight - lookedAt) > weight / 50) {
      quantiles = { p50: quantile(0.5), p99: quantile(0.99) };
      lookedAt = weight;
    }
    return quantiles;
  }

  return {
    get weight() {
      return weight;
    },
    get p50() {
      return current().p50;
    },
    get p99() {
      return current().p99;
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
  };
}

const memory = 512;
// Each bin is 10 % wider than the one before; the last begins at three hours.
const step = Math.log(1.1);
const bins = 170;
