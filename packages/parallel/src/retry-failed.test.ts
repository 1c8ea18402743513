import { ConverseError } from '@outcrop/converse';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { expect, test } from 'vitest';
import { retryFailedRequests, runAll } from './index.ts';
import { createSubject, requestsOf } from './subject.ts';

test('runs again what the filter takes, keeps the rest, and adds to the history', async () => {
  const clock = createVirtualClock();
  const errors: Record<string, Error> = {
    2: new ConverseError('throttled', 'Too many requests.'),
    3: new ConverseError('unavailable', 'Gone.'),
  };
  const first = createSubject(clock, { answer: (text) => errors[text] ?? text });
  const previous = await clock.run(runAll(first, requestsOf(4), { ...clock }).result);
  expect([previous.okIds, previous.failedIds]).toEqual([
    ['request_1', 'request_4'],
    ['request_2', 'request_3'],
  ]);

  const second = createSubject(clock);
  const filter = (outcome: { type: string; error?: ConverseError }) => outcome.error?.code === 'throttled';
  const merged = await clock.run(retryFailedRequests(second, previous, { ...clock, filter: filter as never }));
  expect(second.asked).toEqual(['2']);
  expect(merged).toMatchObject({
    okIds: ['request_1', 'request_2', 'request_4'],
    failedIds: ['request_3'],
    total: 4,
    successRate: 0.75,
    totalMs: 2_000,
  });
  expect(merged.outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(merged.byId['request_2']?.tries.map(({ attempt, error }) => [attempt, error?.code])).toEqual([
    [1, 'throttled'],
    [2, undefined],
  ]);
  expect(previous.failedIds).toEqual(['request_2', 'request_3']);
});

test('is a success by the strategy only if the whole is one', async () => {
  const clock = createVirtualClock();
  const failing = createSubject(clock, {
    answer: (text) => (text === '1' ? 'yes' : new ConverseError('unavailable', 'Gone.')),
  });
  const previous = await clock.run(runAll(failing, requestsOf(3), { ...clock }).result);
  const options = { ...clock, onFailure: 'stop_on_first_failure' } as const;
  const one = { ...options, filter: ({ id }: { id: string }) => id === 'request_2' };
  const [part, whole] = [
    await clock.run(retryFailedRequests(createSubject(clock), previous, one)),
    await clock.run(retryFailedRequests(createSubject(clock), previous, options)),
  ];
  expect([part.ok, part.success, whole.ok, whole.success]).toEqual([2, false, 3, true]);
});

test('where nothing failed there is nothing to do', async () => {
  const clock = createVirtualClock();
  const previous = await clock.run(runAll(createSubject(clock), requestsOf(2), { ...clock }).result);
  const again = createSubject(clock);
  expect(await clock.run(retryFailedRequests(again, previous, { ...clock }))).toEqual(previous);
  expect(again.asked).toEqual([]);
});
