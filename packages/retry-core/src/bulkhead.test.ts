import { getEventListeners } from 'node:events';
import { createBulkhead } from '@outcrop/retry-core';
import { createRandom, createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('runs as many as it may, in the order in which they came', async () => {
  const clock = createVirtualClock();
  const bulkhead = createBulkhead({ limit: 2, now: clock.now });
  const started: [number, number][] = [];
  const work = [0, 1, 2, 3, 4].map((name) =>
    bulkhead.run(() => {
      started.push([name, clock.now()]);
      return clock.delay(10);
    }),
  );
  await clock.run(Promise.all(work));
  expect(started).toEqual([
    [0, 0],
    [1, 0],
    [2, 10],
    [3, 10],
    [4, 20],
  ]);
  expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
});

test('a place is given back when the work fails', async () => {
  const bulkhead = createBulkhead({ limit: 1 });
  await expect(bulkhead.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await bulkhead.run(() => 'next')).toBe('next');
});

test('the important goes first, and the unimportant does not starve', async () => {
  const clock = createVirtualClock();
  const bulkhead = createBulkhead({ limit: 1, now: clock.now });
  const served: string[] = [];
  const serve = (name: string, priority: number) =>
    bulkhead.run(
      () => {
        served.push(name);
        return clock.delay(10_000);
      },
      { priority },
    );
  const first = serve('first', 0);
  const low = serve('low', 0);
  const important: Promise<unknown>[] = [serve('urgent', 5)];
  // Something important comes again and again, faster than it is served.
  for (let minute = 0; minute < 10; minute++) {
    for (let i = 0; i < 8; i++) important.push(serve(`important ${minute}`, 2));
    await clock.advance(60_000);
  }
  expect(served.slice(0, 3)).toEqual(['first', 'urgent', 'important 0']);
  expect(served.indexOf('low')).toBeLessThan(25);
  expect(served).toContain('low');
  await clock.run(Promise.all([first, low, ...important]));
});

test('the limit may change while they wait', async () => {
  const clock = createVirtualClock();
  const bulkhead = createBulkhead({ limit: 0, now: clock.now });
  const work = Array.from({ length: 10 }, () => bulkhead.run(() => clock.delay(1_000)));
  await clock.advance(0);
  expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 10]);
  bulkhead.limit = 7;
  await clock.advance(0);
  expect([bulkhead.running, bulkhead.waiting]).toEqual([7, 3]);
  bulkhead.limit = 1;
  await clock.run(Promise.all(work));
  expect(clock.now()).toBe(4_000);
  expect(() => createBulkhead({ limit: Number.NaN })).toThrow('limit is NaN');
});

test('never more than the limit, whole or not', async () => {
  const bulkhead = createBulkhead({ limit: 2.5 });
  for (let call = 0; call < 5; call++) void bulkhead.enter();
  expect([bulkhead.running, bulkhead.waiting]).toEqual([2, 3]);
  await expect(bulkhead.enter({ priority: Number.NaN })).rejects.toThrow('priority is NaN');
});

test('an abort at any instant loses no place and leaves no listener: 10,000 of them', async () => {
  const clock = createVirtualClock();
  const random = createRandom(8);
  const bulkhead = createBulkhead({ limit: 20, now: clock.now });
  const callers = Array.from({ length: 10_000 }, () => new AbortController());
  let most = 0;
  const calls = callers.map(async ({ signal }, index) => {
    await clock.delay(random() * 10_000);
    const options = { signal, priority: index % 3 };
    const work = () => {
      most = Math.max(most, bulkhead.running);
      return clock.delay(random() * 40, signal);
    };
    await bulkhead.run(work, options);
  });
  const aborts = callers.map(async (caller) => {
    await clock.delay(random() * 20_000);
    caller.abort();
  });
  await clock.run(Promise.allSettled([...calls, ...aborts]));
  const listeners = callers.reduce((sum, { signal }) => sum + getEventListeners(signal, 'abort').length, 0);
  expect({ most, running: bulkhead.running, waiting: bulkhead.waiting, listeners, timers: clock.pending }).toEqual({
    most: 20,
    running: 0,
    waiting: 0,
    listeners: 0,
    timers: 0,
  });
});

test('whoever leaves the line, the others are served in their order', async () => {
  const person = fc.record({ priority: fc.nat(20), leaves: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(person, { maxLength: 60, size: 'max' }), async (people) => {
      const bulkhead = createBulkhead({ limit: 0, now: () => 0 });
      const served: number[] = [];
      const leaving = people.map(({ priority, leaves }, number) => {
        const caller = new AbortController();
        bulkhead.run(() => served.push(number), { priority, signal: caller.signal }).catch(() => {});
        return leaves ? caller : undefined;
      });
      for (const caller of leaving) caller?.abort();
      bulkhead.limit = 1;
      await bulkhead.run(() => {}, { priority: -100 });
      const stayed = people.flatMap(({ priority, leaves }, number) => (leaves ? [] : [{ priority, number }]));
      expect(served).toEqual(stayed.sort((a, b) => b.priority - a.priority).map(({ number }) => number));
    }),
  );
});
