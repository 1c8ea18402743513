import { getEventListeners } from 'node:events';
import { type AttemptRecord, createRetryBudget, DeadlineError, noJitter, retry } from '@outcrop/retry-core';
import { createRandom, createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const refused = new Error('refused');

test('tries until it succeeds, waits in between, and hands over what happened', async () => {
  const clock = createVirtualClock();
  const log: AttemptRecord[] = [];
  const value = await clock.run(
    retry(
      async ({ attempt }) => {
        await clock.delay(10);
        if (attempt < 3) throw refused;
        return 'gneiss';
      },
      { ...clock, backoff: noJitter({ baseMs: 100 }), onAttempt: (attempt) => log.push(attempt) },
    ),
  );
  expect({ value, took: clock.now() }).toEqual({ value: 'gneiss', took: 330 });
  expect(log).toEqual([
    { attempt: 1, waitedMs: 0, tookMs: 10, outcome: 'failed', error: refused },
    { attempt: 2, waitedMs: 100, tookMs: 10, outcome: 'failed', error: refused },
    { attempt: 3, waitedMs: 200, tookMs: 10, outcome: 'succeeded' },
  ]);
});

test('gives the last error as it is', async () => {
  const clock = createVirtualClock();
  await expect(clock.run(retry(() => Promise.reject(refused), { ...clock }))).rejects.toBe(refused);
});

test('does not wait or try again when that makes no sense', async () => {
  const clock = createVirtualClock();
  let runs = 0;
  const run = () => {
    runs++;
    throw refused;
  };
  await expect(retry(run, { ...clock, shouldRetry: (error) => error !== refused })).rejects.toBe(refused);
  expect([runs, clock.now()]).toEqual([1, 0]);
});

test('waits as long as the service asked', async () => {
  const clock = createVirtualClock();
  const failing = retry(() => Promise.reject(refused), { ...clock, attempts: 2, retryAfterMs: () => 7_000 });
  await expect(clock.run(failing)).rejects.toBe(refused);
  expect(clock.now()).toBe(7_000);
});

test('begins no wait that the total deadline would cut', async () => {
  const clock = createVirtualClock();
  const failing = retry(() => Promise.reject(refused), { ...clock, totalMs: 5_000, retryAfterMs: () => 7_000 });
  await expect(clock.run(failing)).rejects.toBe(refused);
  expect([clock.now(), clock.pending]).toEqual([0, 0]);
});

test('an attempt that hangs is cut off and tried again, within the total', async () => {
  const clock = createVirtualClock();
  const hanging = retry(() => new Promise(() => {}), {
    ...clock,
    attempts: 9,
    attemptMs: 300,
    totalMs: 1_000,
    backoff: () => 100,
  });
  await expect(clock.run(hanging)).rejects.toEqual(new DeadlineError('total', 1_000));
  expect([clock.now(), clock.pending]).toEqual([1_000, 0]);
});

test('spends the shared budget, and then lets the first failure stand', async () => {
  const clock = createVirtualClock();
  const budget = createRetryBudget({ capacity: 3 });
  let runs = 0;
  const call = () => {
    runs++;
    return Promise.reject(refused);
  };
  const calls = Array.from({ length: 10 }, () => retry(call, { ...clock, attempts: 5, budget }));
  await clock.run(Promise.allSettled(calls));
  expect(runs).toBe(13);
});

test('a caller that gives up gets its own reason, at once', async () => {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const waiting = retry(() => Promise.reject(refused), { ...clock, backoff: () => 86_400_000, signal: caller.signal });
  waiting.catch(() => {});
  await clock.advance(1_000);
  caller.abort('went home');
  await expect(waiting).rejects.toBe('went home');
  expect([clock.now(), clock.pending, getEventListeners(caller.signal, 'abort').length]).toEqual([1_000, 0, 0]);
});

test('no attempts at all is a mistake', async () => {
  await expect(retry(() => 'never', { attempts: 0 })).rejects.toThrow(
    'attempts is 0, but there has to be one at least.',
  );
});

test('a log that throws is no failed attempt: what was done once is not done again', async () => {
  let runs = 0;
  const call = retry(() => ++runs, {
    onAttempt: () => {
      throw new Error('The log is full.');
    },
  });
  await expect(call).rejects.toThrow('The log is full.');
  expect(runs).toBe(1);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a hint of %d is none: the back-off is waited',
  async (hint) => {
    const clock = createVirtualClock();
    const failing = retry(() => Promise.reject(refused), {
      ...clock,
      attempts: 2,
      retryAfterMs: () => hint,
      backoff: () => 1_000,
    });
    await expect(clock.run(failing)).rejects.toBe(refused);
    expect(clock.now()).toBe(1_000);
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY])('a back-off of %d gives up', async (backoffMs) => {
  const clock = createVirtualClock();
  let runs = 0;
  const call = () => Promise.reject(runs++ < 5 ? refused : undefined);
  await expect(clock.run(retry(call, { ...clock, backoff: () => backoffMs }))).rejects.toBe(refused);
  expect([runs, clock.now()]).toEqual([1, 0]);
});

test('a wait of less than nothing is none', async () => {
  const clock = createVirtualClock();
  const waited: number[] = [];
  const call = retry(() => Promise.reject(refused), {
    ...clock,
    backoff: () => -5,
    onAttempt: ({ waitedMs }) => waited.push(waitedMs),
  });
  await expect(clock.run(call)).rejects.toBe(refused);
  expect(waited).toEqual([0, 0, 0]);
});

test.each<[name: 'attemptMs' | 'totalMs']>([['attemptMs'], ['totalMs']])(
  '%s that is no number is a mistake, and nothing is run',
  async (name) => {
    let runs = 0;
    await expect(retry(() => runs++, { [name]: Number.NaN })).rejects.toThrow(`${name} is NaN`);
    expect(runs).toBe(0);
  },
);

test('never more attempts than allowed, never longer than the deadline', async () => {
  const duration = fc.oneof(fc.nat(2_000), fc.constant(Number.POSITIVE_INFINITY));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ tookMs: duration, fails: fc.boolean() }), { minLength: 1 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(5_000),
      fc.option(fc.nat(1_000), { nil: undefined }),
      async (script, attempts, totalMs, attemptMs) => {
        const clock = createVirtualClock();
        let runs = 0;
        const run = async () => {
          const { tookMs, fails } = script[runs++ % script.length] ?? { tookMs: 0, fails: true };
          await clock.delay(tookMs);
          if (fails) throw refused;
        };
        await clock.run(retry(run, { ...clock, attempts, totalMs, attemptMs }).catch(() => {}));
        expect(runs).toBeLessThanOrEqual(attempts);
        expect(clock.now()).toBeLessThanOrEqual(totalMs);
      },
    ),
  );
});

test('an abort at any instant leaves no timer and no listener: 10,000 of them', async () => {
  const clock = createVirtualClock();
  const random = createRandom(6);
  const left = { calls: 0, listeners: 0, timers: 0, wrongReasons: 0 };
  for (let round = 0; round < 100; round++) {
    const callers = Array.from({ length: 100 }, () => new AbortController());
    const calls = callers.map(({ signal }) =>
      retry(({ signal: inner }) => clock.delay(random() * 300, inner).then(() => Promise.reject(refused)), {
        ...clock,
        attempts: 4,
        signal,
        ...(random() < 0.5 && { attemptMs: random() * 400 }),
        ...(random() < 0.5 && { totalMs: random() * 1_500 }),
      }).catch((error) => {
        if (signal.aborted && error !== signal.reason) left.wrongReasons++;
      }),
    );
    const aborts = callers.map(async (caller, index) => {
      await clock.delay(random() * 1_000);
      caller.abort(`caller ${index}`);
    });
    await clock.run(Promise.all([...calls, ...aborts]));
    left.calls += calls.length;
    left.timers += clock.pending;
    for (const { signal } of callers) left.listeners += getEventListeners(signal, 'abort').length;
  }
  expect(left).toEqual({ calls: 10_000, listeners: 0, timers: 0, wrongReasons: 0 });
});
