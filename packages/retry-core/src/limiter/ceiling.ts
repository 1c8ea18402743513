/** An upper bound from outside that holds over any minute, whatever the service would allow. */
export type Ceiling = {
  /** When so much more would be within it. */
  readyAt(amount: number, at: number): number;
  add(amount: number, at: number): void;
};

/** Counts by the second, and a second that has begun counts whole: it errs to the safe side, by up to a sixtieth. */
export function createCeiling(perMinute: number, startedAt: number): Ceiling {
  const bins = new Float64Array(seconds);
  let newest = 0;
  let sum = 0;

  function moveTo(at: number): void {
    const second = Math.floor((at - startedAt) / 1000);
    const steps = Math.min(second - newest, seconds);
    for (let step = 1; step <= steps; step++) {
      const bin = (newest + step) % seconds;
      sum -= bins[bin] ?? 0;
      bins[bin] = 0;
    }
    if (steps > 0) newest = second;
    if (steps === seconds) {
      bins.fill(0);
      sum = 0;
    }
  }

  return {
    readyAt(amount, at) {
      moveTo(at);
      if (amount > perMinute) return Number.POSITIVE_INFINITY;
      let left = sum + amount - perMinute;
      if (left <= 1e-9) return at;
      for (let age = seconds - 1; age >= 0; age--) {
        left -= bins[(newest - age + seconds) % seconds] ?? 0;
        if (left <= 1e-9) return startedAt + (newest - age + seconds) * 1000;
      }
      return at + 1_000;
    },
    add(amount, at) {
      moveTo(at);
      bins[newest % seconds] = (bins[newest % seconds] ?? 0) + amount;
      sum += amount;
    },
  };
}

const seconds = 61;
