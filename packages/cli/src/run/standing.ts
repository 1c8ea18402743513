/** How a run stands: all that is shown of it while it goes on. */
export type Standing = {
  /** `undefined` where nobody knows how many there are. */
  total: number | undefined;
  ended: number;
  ok: number;
  failed: number;
  running: number;
  tokens: number;
  usd: number;
  elapsedMs: number;
  perSecond: number;
  targets: readonly TargetStanding[];
  /** The user has asked it to come to an end. */
  isEnding: boolean;
};

/** What one model in one region has done. */
export type TargetStanding = { model: string; region: string; replies: number; throttles: number };

/** How long the rest takes at this rate; `undefined` where nobody can tell. */
export function restMs({ total, ended, perSecond }: Standing): number | undefined {
  return total === undefined || perSecond === 0 ? undefined : ((total - ended) / perSecond) * 1_000;
}

const windowMs = 15_000;

/** How many ended a second lately. What an earlier run had answered comes at once, and does not count. */
export function createRate() {
  const samples = [{ at: 0, count: 0 }];
  return (at: number, count: number): number => {
    samples.push({ at, count });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) > windowMs) samples.shift();
    const [first = { at, count }] = samples;
    return at === first.at ? 0 : ((count - first.count) / (at - first.at)) * 1_000;
  };
}
