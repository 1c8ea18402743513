import type { Attempt } from '@outcrop/converse';
import type { PublicCallEvent } from '../../server/call-feed.ts';

/** One try of one target, in milliseconds since the question. */
export type TimelineStep = {
  model: string;
  region: string;
  startMs: number;
  /** Left out while it is under way. */
  endMs?: number | undefined;
  /** Why it came to nothing. */
  code?: string | undefined;
};

/** What a reply tells of its attempts at its end: exact, where {@link addEvent} goes by when the news came. */
export function stepsOf(attempts: readonly Attempt[]): TimelineStep[] {
  const begin = Math.min(...attempts.map(({ startedAt, waitedMs = 0 }) => startedAt - waitedMs));
  return attempts.map(({ target: { model, region }, startedAt, durationMs, error }) => {
    const startMs = startedAt - begin;
    return { model, region, startMs, endMs: startMs + durationMs, ...(error && { code: error.code }) };
  });
}

/** The steps with what has just happened. */
export function addEvent(steps: readonly TimelineStep[], event: PublicCallEvent, nowMs: number): TimelineStep[] {
  const { model, region } = event;
  const last = steps.at(-1);
  const others = steps.slice(0, -1);
  switch (event.type) {
    case 'attempt': {
      const before = last && last.endMs === undefined ? [...others, { ...last, endMs: nowMs, code: 'retried' }] : steps;
      return [...before, { model, region, startMs: nowMs }];
    }
    case 'throttle':
    case 'failover': {
      if (last === undefined || last.endMs !== undefined) return [...steps];
      return [...others, { ...last, endMs: nowMs, code: event.type === 'throttle' ? 'throttled' : event.code }];
    }
    case 'reply':
      return last === undefined ? [] : [...others, { ...last, endMs: last.endMs ?? nowMs }];
  }
}
