import type { CallMetrics, ConverseResponse, ConverseStreamEvent } from '@outcrop/converse';

/** Measures one call from here on. */
export function createMeter(now: () => number) {
  const startedAt = now();
  let firstAt: number | undefined;
  let lastAt = startedAt;

  return {
    /** To be shown each event of a stream. */
    see(event: ConverseStreamEvent): void {
      if (firstAt === undefined && (event.contentBlockDelta || event.contentBlockStart)) firstAt = now();
      else if (event.messageStop) lastAt = now();
    },

    whole: ({ metrics }: ConverseResponse): CallMetrics => ({ ...metrics, totalMs: now() - startedAt }),

    streamed({ metrics, usage }: ConverseResponse): CallMetrics {
      const measured: CallMetrics = { ...metrics, totalMs: now() - startedAt };
      if (firstAt === undefined) return measured;
      measured.timeToFirstTokenMs = firstAt - startedAt;
      const writingMs = lastAt - firstAt;
      if (writingMs > 0 && usage.outputTokens > 0)
        measured.outputTokensPerSecond = (usage.outputTokens / writingMs) * 1_000;
      return measured;
    },
  };
}
