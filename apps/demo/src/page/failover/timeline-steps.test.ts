import { expect, test } from 'vitest';
import type { PublicCallEvent } from '../../server/call-feed.ts';
import { addEvent, type TimelineStep } from './timeline-steps.ts';

const east = { model: 'Nova Pro', region: 'us-east-1', route: 'geo' };
const west = { ...east, region: 'us-west-2' };
const begun = { type: 'begun' } as const;
const answered = { type: 'answered' } as const;
const failed = (code: string) => ({ type: 'failed', code }) as const;

test.each<[string, PublicCallEvent[], TimelineStep[]]>([
  [
    'an answer',
    [
      { ...east, happened: begun },
      { ...east, happened: answered },
    ],
    [{ ...east, startMs: 0, endMs: 10 }],
  ],
  [
    'a fail-over that is under way',
    [
      { ...east, happened: begun },
      { ...east, happened: failed('unavailable') },
      { ...west, happened: begun },
    ],
    [
      { ...east, startMs: 0, endMs: 10, code: 'unavailable' },
      { ...west, startMs: 20 },
    ],
  ],
  [
    'a throttle, of which the fail-over tells once more',
    [
      { ...east, happened: begun },
      { ...east, happened: failed('throttled') },
      { ...east, happened: failed('throttled') },
    ],
    [{ ...east, startMs: 0, endMs: 10, code: 'throttled' }],
  ],
  [
    'a retry at the same place',
    [
      { ...east, happened: begun },
      { ...east, happened: begun },
    ],
    [
      { ...east, startMs: 0, endMs: 10, code: 'retried' },
      { ...east, startMs: 10 },
    ],
  ],
  ['news of what began before the page listened', [{ ...east, happened: failed('timeout') }], []],
])('%s', (_, events, steps) => {
  const seen = events.reduce<TimelineStep[]>((before, event, index) => addEvent(before, event, index * 10), []);
  expect(seen).toEqual(steps);
});
