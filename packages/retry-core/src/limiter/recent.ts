/** What was admitted lately, in bins of a second. */
export type Recent = {
  add(amount: number, at: number): void;
  /** Per second, over the last so many seconds. */
  rate(seconds: number, at: number): number;
  /** In the last minute, however much of it there was. */
  perMinute(at: number): number;
};

export function createRecent(startedAt: number): Recent {
  const bins = new Float64Array(size);
  // Counted from there, because a clock may start anywhere, below zero too.
  let newest = 0;
  let lastMinute = 0;

  function moveTo(at: number): void {
    const second = Math.floor((at - startedAt) / 1000);
    if (second - newest >= size) {
      bins.fill(0);
      lastMinute = 0;
    } else {
      for (let each = newest + 1; each <= second; each++) {
        lastMinute -= bins[(each - 60 + size) % size] ?? 0;
        bins[each % size] = 0;
      }
    }
    newest = Math.max(newest, second);
  }

  function sum(seconds: number): number {
    let total = 0;
    for (let back = 0; back < seconds; back++) total += bins[(newest - back + size) % size] ?? 0;
    return Math.max(0, total);
  }

  return {
    add(amount, at) {
      moveTo(at);
      bins[newest % size] = (bins[newest % size] ?? 0) + amount;
      lastMinute += amount;
    },
    rate(seconds, at) {
      moveTo(at);
      const count = Math.min(seconds, newest + 1, size);
      return sum(count) / count;
    },
    perMinute(at) {
      moveTo(at);
      return Math.max(0, lastMinute);
    },
  };
}

const size = 64;
