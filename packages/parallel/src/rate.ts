const memoryMs = 15_000;

/** How many a second there were lately. */
export function createRate(startedAt: number) {
  let level = 0;
  let at = startedAt;

  function fade(time: number): void {
    level *= Math.exp((at - time) / memoryMs);
    at = time;
  }

  return {
    count(time: number): void {
      fade(time);
      level++;
    },
    perSecond(time: number): number {
      fade(time);
      const seen = 1 - Math.exp((startedAt - time) / memoryMs);
      return seen === 0 ? 0 : (level / (seen * memoryMs)) * 1_000;
    },
  };
}
