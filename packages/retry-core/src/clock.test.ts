import { getEventListeners } from 'node:events';
import { delay, systemClock } from '@outcrop/retry-core';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { expect, test } from 'vitest';

test('an aborted delay rejects with the reason and leaves no listener', async () => {
  const caller = new AbortController();
  const waits = [delay(60_000, caller.signal), delay(Number.POSITIVE_INFINITY, caller.signal)];
  caller.abort('enough');
  expect(await Promise.allSettled(waits)).toEqual([
    { status: 'rejected', reason: 'enough' },
    { status: 'rejected', reason: 'enough' },
  ]);
  await expect(delay(60_000, caller.signal)).rejects.toBe('enough');
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});

test('a delay of nothing ends', async () => {
  const before = systemClock.now();
  await delay(0);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});

test('a virtual day passes at once, in the order of its hours', async () => {
  const clock = createVirtualClock({ wallMs: Date.UTC(2026, 10, 20) });
  const hours: number[] = [];
  const waits = [24, 1, 12, 1].map((hour) => clock.delay(hour * 3_600_000).then(() => hours.push(hour)));
  await clock.run(Promise.all(waits));
  expect({ hours, now: clock.now(), wall: new Date(clock.wallNow()).toISOString() }).toEqual({
    hours: [1, 1, 12, 24],
    now: 86_400_000,
    wall: '2026-11-21T00:00:00.000Z',
  });
});

test('work that no delay will ever end is an error', async () => {
  const clock = createVirtualClock();
  await expect(clock.run(clock.delay(Number.POSITIVE_INFINITY))).rejects.toThrow('it would never be');
});

test('the wall clock can be set, and time goes on', async () => {
  const clock = createVirtualClock();
  await clock.advance(1_000);
  clock.setWall(0);
  await clock.advance(500);
  expect([clock.now(), clock.wallNow()]).toEqual([1_500, 500]);
});

test('the same seed gives the same numbers', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => {
    const { random } = createVirtualClock({ seed });
    return [random(), random(), random()];
  });
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
