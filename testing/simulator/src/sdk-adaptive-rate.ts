import type { VirtualClock } from '@outcrop/retry-core/testing';

/**
 * How AWS's SDK paces a client in its mode `adaptive`: CUBIC over requests per second, off until the first throttle, and
 * never beyond twice of what was sent lately. Times are in seconds, as there.
 */
export function createAdaptiveRate(clock: VirtualClock) {
  const now = () => clock.now() / 1000;
  let isOn = false;
  let fillRate = 0.5;
  let capacity = 0;
  let maxCapacity = 1;
  let filledAt = now();
  let sent = 0;
  let sentRate = 0;
  let countedFrom = Math.floor(2 * now()) / 2;
  let lastMaxRate = 0;
  let throttledAt = now();

  function fill(): void {
    capacity = Math.min(maxCapacity, capacity + (now() - filledAt) * fillRate);
    filledAt = now();
  }

  function measure(): void {
    const halfSecond = Math.floor(2 * now()) / 2;
    sent++;
    if (halfSecond <= countedFrom) return;
    sentRate = 0.8 * (sent / (halfSecond - countedFrom)) + 0.2 * sentRate;
    sent = 0;
    countedFrom = halfSecond;
  }

  function throttledRate(): number {
    lastMaxRate = isOn ? Math.min(sentRate, fillRate) : sentRate;
    throttledAt = now();
    isOn = true;
    return 0.7 * lastMaxRate;
  }

  function grownRate(): number {
    const plateau = ((lastMaxRate * 0.3) / 0.4) ** (1 / 3);
    return 0.4 * (now() - throttledAt - plateau) ** 3 + lastMaxRate;
  }

  return {
    async wait(): Promise<void> {
      if (!isOn) return;
      fill();
      if (capacity < 1) await clock.delay(((1 - capacity) / fillRate) * 1000);
      capacity -= 1;
    },
    update(isThrottle: boolean): void {
      measure();
      const rate = Math.min(isThrottle ? throttledRate() : grownRate(), 2 * sentRate);
      fill();
      fillRate = Math.max(rate, 0.5);
      maxCapacity = Math.max(rate, 1);
      capacity = Math.min(capacity, maxCapacity);
    },
  };
}
