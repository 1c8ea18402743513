import { textOf } from '@outcrop/converse';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type BulkOptions, type BulkRequest, runAll } from './index.ts';
import { ask, createSubject, requestsOf } from './subject.ts';

/** What is reported, in place of the platform's own report. */
function catchReports(): unknown[] {
  const seen: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => seen.push(error));
  onTestFinished(() => void vi.unstubAllGlobals());
  return seen;
}

/** Iterates to the end, and says what came and what was thrown behind it. */
async function readAll(requests: Parameters<typeof runAll>[1], options: BulkOptions) {
  const clock = createVirtualClock();
  const subject = createSubject(clock);
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { id, type } of runAll(subject, requests, { ...clock, ...options })) seen.push(`${id} ${type}`);
  })();
  const error = await clock.run(
    reading.then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  return { seen, error, running: subject.running, pending: clock.pending };
}

describe('an error of the listener is none of the run, and is not hidden', () => {
  test.each(['started', 'call', 'retry', 'ended', 'stopped'])('at %s', async (type) => {
    const reports = catchReports();
    const clock = createVirtualClock();
    const wrong = new Error('A bug.');
    const subject = createSubject(clock, { answer: (text) => (text === '2' ? new Error('No.') : text) });
    const options: BulkOptions = {
      ...clock,
      retry: { rounds: 1, filter: () => true },
      onFailure: 'stop_on_threshold',
      failureThreshold: { count: 0 },
      maxConcurrency: 1,
      onEvent(event) {
        if (event.type === type) throw wrong;
      },
    };
    const result = await clock.run(runAll(subject, requestsOf(4), options).result);
    expect(result.outcomes.map(({ type }) => type)).toEqual(['ok', 'failed', 'ok', 'ok']);
    expect(new Set(reports)).toEqual(new Set([wrong]));
  });

  test('nor where the signal fires', async () => {
    const reports = catchReports();
    const clock = createVirtualClock();
    const caller = new AbortController();
    const onEvent = ({ type }: { type: string }) => {
      if (type === 'stopped') throw new Error('A bug.');
    };
    const result = runAll(createSubject(clock), requestsOf(2), { ...clock, signal: caller.signal, onEvent }).result;
    await clock.advance(10);
    caller.abort();
    expect((await clock.run(result)).aborted).toBe(2);
    expect(reports).toHaveLength(1);
  });
});

describe('what the run asks for and does not get ends it, behind the outcome of each request', () => {
  const broken = ['request_1 ok', 'request_2 not_started', 'request_3 not_started'];

  test.each<[string, () => BulkOptions, string[], RegExp]>([
    ['a capacity that throws', () => ({ capacity: failingLater(5, 2) }), broken, /A bug/],
    [
      'a capacity that is none',
      () => ({ capacity: () => undefined as never }),
      ['request_1 not_started', 'request_2 not_started', 'request_3 not_started'],
      /capacity said undefined/,
    ],
    [
      'an estimate that throws',
      () => ({ budget: { usd: 1, estimateCost: failingLater({ usd: 0 }) }, maxConcurrency: 1 }),
      broken,
      /A bug/,
    ],
    [
      'a journal that throws',
      () => ({ journal: { recall: failingLater(undefined), record() {} }, maxConcurrency: 1 }),
      broken,
      /A bug/,
    ],
  ])('%s', async (_, options, expected, message) => {
    const { seen, error, ...left } = await readAll(requestsOf(3), options());
    expect(seen).toEqual(expected);
    expect(String(error)).toMatch(message);
    expect(left).toEqual({ running: 0, pending: 0 });
  });

  test('a filter that throws, and the failure is a failure', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { answer: () => new Error('No.') });
    const filter = () => {
      throw new Error('A bug.');
    };
    const run = runAll(subject, requestsOf(2), { ...clock, maxConcurrency: 1, retry: { rounds: 1, filter } });
    const outcomes = run[Symbol.asyncIterator]();
    expect((await clock.run(outcomes.next())).value?.type).toBe('failed');
    expect((await clock.run(outcomes.next())).value?.type).toBe('not_started');
    await expect(clock.run(outcomes.next())).rejects.toThrow('A bug.');
  });

  function failingLater<T>(first: T, times = 1): () => T {
    let calls = 0;
    return () => {
      if (calls++ >= times) throw new Error('A bug.');
      return first;
    };
  }
});

describe('a source', () => {
  test('that was asked to end from within itself ends the run', async () => {
    const caller = new AbortController();
    function* source() {
      yield ask('1');
      caller.abort();
      yield ask('2');
    }
    const { seen, error } = await readAll(source(), { signal: caller.signal });
    expect([seen.at(0), error]).toEqual(['request_1 aborted', undefined]);
  });

  test('may give promises of another kind', async () => {
    const requests = requestsOf(2).values();
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => ({
          // biome-ignore lint/suspicious/noThenProperty: this is what promises of other libraries look like
          then: (resolve: (result: IteratorResult<BulkRequest>) => void) => resolve(requests.next()),
        }),
      }),
    };
    expect((await readAll(source as never, {})).seen).toEqual(['request_1 ok', 'request_2 ok']);
  });

  test.each([
    ['given before one is made of its place', ['request_3', 'x', undefined], true],
    ['given behind one that was made of its place', ['x', undefined, 'request_2'], true],
    ['given where a request has another one', ['x', undefined, 'request_1'], false],
    ['that only looks like one', [undefined, 'request_01', 'request_1.0'], false],
    ['that is a word of the language', ['__proto__', 'constructor', 'toString'], false],
  ])('with an id that is %s', async (_, ids, isTwice) => {
    const items = ids.map((id) => ({ id, request: ask('1') }));
    const { seen, error } = await readAll(items.values(), {});
    expect(error === undefined ? seen.length : /is the id of an earlier/.test(String(error))).toBe(isTwice || 3);
    if (isTwice) expect(() => runAll(createSubject(createVirtualClock()), items)).toThrow(/is the id of/);
  });
});

test('outcomes in the order of the input keep it where the run breaks', async () => {
  const clock = createVirtualClock();
  const subject = createSubject(clock, { takesMs: (text) => 1_000 * (5 - Number(text)) });
  const journal = {
    recall: () => undefined,
    record({ id }: { id: string }) {
      if (id === 'request_1') throw new Error('Full.');
    },
  };
  const seen: string[] = [];
  const reading = (async () => {
    for await (const outcome of runAll(subject, requestsOf(4), { ...clock, journal, order: 'input' })) {
      if (outcome.type === 'ok') seen.push(textOf(outcome.reply));
    }
  })();
  await expect(clock.run(reading)).rejects.toThrow('Full.');
  expect(seen).toEqual(['2', '3', '4']);
});
