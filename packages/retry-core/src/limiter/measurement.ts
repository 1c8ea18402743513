/**
 * Two throttles, and what was consumed in between. The service's bucket was empty at either end, so net consumption
 * divided by time is the rate at which it fills, whatever the pace was.
 */
export type Measurement = {
  since: number;
  /** Reserved, less what came back when calls settled, and more where they went into debt. */
  net: number;
  count: number;
  /** There was time in which nobody wanted anything, so the bucket may have been full. */
  isDisturbed: boolean;
};

export function startMeasurement(at: number): Measurement {
  return { since: at, net: 0, count: 0, isDisturbed: false };
}

/** What a measurement came to. */
export type Sample = { ms: number; net: number };

/** Samples as one: the older ones make the newest less noisy, until they are too old to speak of the same limit. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const kept = [sample];
  let ms = sample.ms;
  for (let index = samples.length - 1; index >= 0 && kept.length < 5; index--) {
    const older = samples[index] as Sample;
    ms += older.ms;
    if (ms > longestMemoryMs) break;
    kept.unshift(older);
  }
  return kept;
}

export function meanRate(samples: readonly Sample[]): number {
  let net = 0;
  let ms = 0;
  for (const sample of samples) {
    net += sample.net;
    ms += sample.ms;
  }
  return (1000 * net) / ms;
}

const longestMemoryMs = 120_000;
