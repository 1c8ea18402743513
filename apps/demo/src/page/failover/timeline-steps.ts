import type { Attempt } from '@outcrop/converse';
import type { PublicCallEvent } from '../../server/call-feed.ts';

/** One try of one target, in milliseconds since the question. */
export type TimelineStep = {
  model: string;
  region: string;
  route: string;
  startMs: number;
  /** Left out while it is under way. */
  endMs?: number | undefined;
  /** Why it came to nothing. */
  code?: string | undefined;
};

/** What a reply tells of its attempts at its end: exact, where {@link addEvent} goes by when the news came. */
export function stepsOf(attempts: readonly Attempt[]): TimelineStep[] {
  const begin = Math.min(...attempts.map(({ startedAt, waitedMs = 0 }) => startedAt - waitedMs));
  return attempts.map(({ target: { model, region, route }, startedAt, durationMs, error }) => {
    const startMs = startedAt - begin;
    return { model, region, route, startMs, endMs: startMs + durationMs, ...(error && { code: error.code }) };
  });
}

/** The steps with what has just happened. */
export function addEvent(steps: readonly TimelineStep[], event: PublicCallEvent, nowMs: number): TimelineStep[] {
  const { happened, ...target } = event;
  const others = steps.slice(0, -1);
  const last = steps.at(-1);
  const isRunning = last !== undefined && last.endMs === undefined;
  switch (happened.type) {
    case 'begun': {
      // A retry at the same place, of which no other news came.
      const before = isRunning ? [...others, { ...last, endMs: nowMs, code: 'retried' }] : steps;
      return [...before, { ...target, startMs: nowMs }];
    }
    case 'failed':
      return isRunning ? [...others, { ...last, endMs: nowMs, code: happened.code }] : [...steps];
    case 'answered':
      return isRunning ? [...others, { ...last, endMs: nowMs }] : [...steps];
  }
}
