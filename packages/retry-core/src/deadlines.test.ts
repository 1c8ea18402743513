import { getEventListeners } from 'node:events';
import {
  DeadlineError,
  type DeadlineOptions,
  type Deadlines,
  isDeadlineError,
  startDeadlines,
} from '@outcrop/retry-core';
import { createRandom, createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import { expect, onTestFinished, test, vi } from 'vitest';

const forever = Number.POSITIVE_INFINITY;

test.each<
  [what: string, options: DeadlineOptions, connectMs: number, gapsMs: number[], failure: DeadlineError, at: number]
>([
  ['no connection', { connectMs: 5_000, totalMs: 60_000 }, forever, [], new DeadlineError('connect', 5_000), 5_000],
  [
    'no first event',
    { connectMs: 5_000, firstEventMs: 8_000 },
    100,
    [forever],
    new DeadlineError('first_event', 8_000),
    8_000,
  ],
  [
    'silence in the middle',
    { firstEventMs: 9_000, idleMs: 3_000 },
    100,
    [1_000, 2_000, 2_900, forever],
    new DeadlineError('idle', 3_000),
    9_000,
  ],
  [
    'a source that never ends',
    { idleMs: 3_000, totalMs: 10_000 },
    100,
    Array(99).fill(500),
    new DeadlineError('total', 10_000),
    10_000,
  ],
  [
    'one try too long',
    { attemptMs: 2_000, totalMs: 10_000 },
    100,
    Array(99).fill(500),
    new DeadlineError('attempt', 2_000),
    2_000,
  ],
])('ends with its phase: %s', async (_, options, connectMs, gapsMs, failure, at) => {
  const clock = createVirtualClock();
  await expect(clock.run(read(clock, options, connectMs, gapsMs))).rejects.toEqual(failure);
  expect([clock.now(), clock.pending]).toEqual([at, 0]);
});

test('a source may ask for more patience, for a while', async () => {
  const clock = createVirtualClock();
  async function* source() {
    for (const [gapMs, patience] of [[100, 1], [100, 10], [9_000], [5_000, 1], [900], [2_000]]) {
      await clock.delay(gapMs as number);
      yield patience;
    }
  }
  const deadlines = startDeadlines({ ...clock, idleMs: 1_000 });
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const patience of deadlines.watch(source(), (each) => each)) seen.push(patience);
  })();
  await expect(clock.run(reading)).rejects.toEqual(new DeadlineError('idle', 1_000));
  expect([seen, clock.now()]).toEqual([[1, 10, undefined, 1, undefined], 16_100]);
  deadlines.stop();
});

test('a source that asked for more patience and hangs is found out', async () => {
  const clock = createVirtualClock();
  async function* source() {
    yield 10;
    await clock.delay(Number.POSITIVE_INFINITY);
  }
  const deadlines = startDeadlines({ ...clock, idleMs: 1_000 });
  const reading = (async () => {
    for await (const _ of deadlines.watch(source(), (each) => each));
  })();
  await expect(clock.run(reading)).rejects.toEqual(new DeadlineError('idle', 10_000));
});

test('a call in good time is left alone', async () => {
  const clock = createVirtualClock();
  const limits = { connectMs: 200, firstEventMs: 1_500, idleMs: 600, attemptMs: 9_000, totalMs: 9_000 };
  expect(await clock.run(read(clock, limits, 100, [1_000, 500, 500]))).toBe(3);
  expect([clock.now(), clock.pending]).toEqual([2_100, 0]);
});

test('a reader that takes its time is no silence of the source', async () => {
  const clock = createVirtualClock();
  const slowly = () => clock.delay(60_000);
  expect(await clock.run(read(clock, { idleMs: 1_000 }, 0, [10, 10, 10], slowly))).toBe(3);
});

test('events cost no timers', async () => {
  const clock = createVirtualClock();
  let timers = 0;
  const delay: typeof clock.delay = (ms, signal) => {
    timers++;
    return clock.delay(ms, signal);
  };
  const deadlines = startDeadlines({ now: clock.now, delay, firstEventMs: 1_000, idleMs: 1_000, totalMs: 60_000 });
  for (let event = 0; event < 10_000; event++) deadlines.event();
  deadlines.stop();
  expect(timers).toBe(1);
});

test('the caller ends everything, with its own reason', async () => {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const reading = read(clock, { idleMs: 1_000, totalMs: 90_000, signal: caller.signal }, 0, Array(99).fill(900));
  reading.catch(() => {});
  await clock.advance(5_000);
  caller.abort('went home');
  await expect(reading).rejects.toBe('went home');
  expect([clock.pending, getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0]);
});

test('a caller that had given up before gets no further', async () => {
  const { signal, during } = startDeadlines({ totalMs: 1_000, signal: AbortSignal.abort('before') });
  expect(signal.reason).toBe('before');
  await expect(during(new Promise(() => {}))).rejects.toBe('before');
});

test('what comes after the end starts no timer', () => {
  const clock = createVirtualClock();
  const deadlines = startDeadlines({ ...clock, firstEventMs: 1_000, idleMs: 1_000 });
  deadlines.stop();
  deadlines.event();
  deadlines.connected();
  expect(clock.pending).toBe(0);
});

test('a source that knows no signal is told to stop all the same', async () => {
  const clock = createVirtualClock();
  const steps: string[] = [];
  async function* deaf() {
    try {
      yield 1;
      await clock.delay(60_000);
    } finally {
      steps.push('cleaned up');
    }
  }
  const deadlines = startDeadlines({ ...clock, idleMs: 1_000 });
  const reading = (async () => {
    for await (const _ of deadlines.watch(deaf())) steps.push('event');
  })();
  await expect(clock.run(reading)).rejects.toEqual(new DeadlineError('idle', 1_000));
  await clock.advance(60_000);
  expect([steps, clock.pending]).toEqual([['event', 'cleaned up'], 0]);
});

test('a limit that is no number is a mistake', () => {
  expect(() => startDeadlines({ idleMs: Number.NaN })).toThrow('idleMs is NaN');
});

test('the error is known by its mark', () => {
  const error = new DeadlineError('idle', 30_000);
  expect([isDeadlineError(error), isDeadlineError(new DOMException('late', 'TimeoutError'))]).toEqual([true, false]);
  expect([error.name, error.message]).toEqual(['DeadlineError', 'No further event came within 30000 ms.']);
});

test('an abort at any instant leaves no timer and no listener: 10,000 of them', async () => {
  const clock = createVirtualClock();
  const random = createRandom(7);
  let listeners = 0;
  for (let round = 0; round < 100; round++) {
    const callers = Array.from({ length: 100 }, () => new AbortController());
    const reads = callers.map(({ signal }) => {
      const gapsMs = Array.from({ length: 6 }, () => random() * 200);
      const limits = {
        connectMs: random() * 200,
        firstEventMs: random() * 400,
        idleMs: random() * 300,
        totalMs: random() * 2_000,
      };
      return read(clock, { ...limits, signal }, random() * 100, gapsMs).catch(() => {});
    });
    const aborts = callers.map(async (caller) => {
      await clock.delay(random() * 1_000);
      caller.abort();
    });
    await clock.run(Promise.all([...reads, ...aborts]));
    for (const { signal } of callers) listeners += getEventListeners(signal, 'abort').length;
  }
  await clock.advance(10_000);
  expect([listeners, clock.pending]).toEqual([0, 0]);
});

/** Reads a source that connects after a while and has a gap before each event; gives how many came. */
async function read(
  clock: VirtualClock,
  options: DeadlineOptions,
  connectMs: number,
  gapsMs: number[],
  digest: () => unknown = () => {},
): Promise<number> {
  const deadlines: Deadlines = startDeadlines({ ...clock, ...options });
  try {
    await deadlines.during(clock.delay(connectMs, deadlines.signal));
    deadlines.connected();
    let events = 0;
    for await (const _ of deadlines.watch(source(clock, gapsMs, deadlines.signal))) {
      events++;
      await digest();
    }
    return events;
  } finally {
    deadlines.stop();
  }
}

async function* source(clock: VirtualClock, gapsMs: number[], signal: AbortSignal): AsyncGenerator<number> {
  for (const [index, gapMs] of gapsMs.entries()) {
    await clock.delay(gapMs, signal);
    yield index;
  }
}

test("by the system's clock it is one timer, however far off, and none when it is over", async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  // Longer than any timer can be.
  const month = 31 * 86_400_000;
  const deadlines = startDeadlines({ totalMs: month });
  const work = deadlines.during(new Promise(() => {})).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(month - 1);
  expect([vi.getTimerCount(), deadlines.signal.aborted]).toEqual([1, false]);
  await vi.advanceTimersByTimeAsync(1);
  expect([vi.getTimerCount(), await work]).toEqual([0, new DeadlineError('total', month)]);
  const stopped = startDeadlines({ totalMs: 1_000 });
  stopped.stop();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([vi.getTimerCount(), stopped.signal.aborted]).toEqual([0, false]);
});

test('who owns it may end it, with a reason of its own, and then nothing else ends it', async () => {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const deadlines = startDeadlines({ ...clock, idleMs: 1_000, totalMs: 5_000, signal: caller.signal });
  const waiting = deadlines.during(new Promise(() => {}));
  const reading = deadlines
    .watch({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) })
    [Symbol.asyncIterator]()
    .next();
  deadlines.end('closed');
  await expect(waiting).rejects.toBe('closed');
  await expect(reading).rejects.toBe('closed');
  deadlines.end('again');
  caller.abort('too late');
  expect(deadlines.signal.reason).toBe('closed');
  expect([clock.pending, getEventListeners(caller.signal, 'abort').length]).toEqual([0, 0]);
});

test('after a source has failed nobody waits for it, and who asks again is not kept waiting for ever', async () => {
  const clock = createVirtualClock();
  const deadlines = startDeadlines({ ...clock, idleMs: 1_000, totalMs: 60_000 });
  const steps = [async () => ({ value: 1 }), () => Promise.reject(new Error('Broken.')), () => new Promise(() => {})];
  const next = () => steps.shift()?.() as Promise<IteratorResult<number>>;
  const reading = deadlines.watch({ [Symbol.asyncIterator]: () => ({ next }) })[Symbol.asyncIterator]();
  await reading.next();
  await expect(reading.next()).rejects.toThrow('Broken.');
  await clock.advance(10_000);
  expect(deadlines.signal.aborted).toBe(false);
  const again = reading.next().catch((error: unknown) => error);
  expect(await clock.run(again)).toEqual(new DeadlineError('idle', 1_000));
});

test('a source that throws instead of rejecting, and readers who ask ahead, get what is theirs', async () => {
  const deadlines = startDeadlines({ idleMs: 1_000 });
  const bug = new TypeError('A bug.');
  const throwing = {
    next: () => {
      throw bug;
    },
  };
  const thrown = deadlines.watch({ [Symbol.asyncIterator]: () => throwing });
  await expect(thrown[Symbol.asyncIterator]().next()).rejects.toBe(bug);
  async function* three() {
    yield* [1, 2, 3];
  }
  const reading = deadlines.watch(three())[Symbol.asyncIterator]();
  const results = await Promise.all([reading.next(), reading.next(), reading.next(), reading.next()]);
  expect(results.map(({ value }) => value)).toEqual([1, 2, 3, undefined]);
  deadlines.stop();
});
