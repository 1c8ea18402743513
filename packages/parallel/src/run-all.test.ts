import { ConfigurationError, ConverseError, textOf } from '@outcrop/converse';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BulkEvent, type BulkOptions, type Outcome, runAll } from './index.ts';
import { ask, createSubject, requestsOf, target } from './subject.ts';

const throttled = () => new ConverseError('throttled', 'Too many requests.');
const invalid = () => new ConverseError('invalid_request', 'Blank text.', { problems: [] });

async function* streamed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function briefly(outcome: Outcome): string {
  if (outcome.type === 'ok') return `${outcome.id} ok ${textOf(outcome.reply)}`;
  return `${outcome.id} ${outcome.type} ${'error' in outcome ? outcome.error.code : outcome.reason}`;
}

describe('every request has exactly one outcome', () => {
  test.each([
    ['a list', requestsOf(3)],
    ['an iterable', new Set(requestsOf(3))],
    ['an async iterable', streamed(requestsOf(3))],
  ])('of %s', async (_, requests) => {
    const clock = createVirtualClock();
    const { outcomes, byId, ...figures } = await clock.run(runAll(createSubject(clock), requests, { ...clock }).result);
    expect(outcomes.map(briefly)).toEqual(['request_1 ok 1', 'request_2 ok 2', 'request_3 ok 3']);
    expect(Object.keys(byId)).toEqual(['request_1', 'request_2', 'request_3']);
    const { latencyMs, ...rest } = figures;
    expect(latencyMs.average).toBe(1_000);
    expect(latencyMs.p99).toBeCloseTo(1_000, -2);
    expect(rest).toEqual({
      success: true,
      total: 3,
      ok: 3,
      failed: 0,
      timedOut: 0,
      aborted: 0,
      notStarted: 0,
      restored: 0,
      successRate: 1,
      totalMs: 1_000,
      byRegion: { 'us-east-1': 3 },
      byModel: { 'Nova Lite': 3 },
      usage: { inputTokens: 9, outputTokens: 6, totalTokens: 15 },
      cost: { usd: 0, status: 'partial', reason: 'A reply came without its price.' },
      restoredUsage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      restoredCost: { usd: 0, status: 'priced' },
      throttles: 0,
      wastedAttempts: 0,
      retries: 0,
      okIds: ['request_1', 'request_2', 'request_3'],
      failedIds: [],
      timedOutIds: [],
      abortedIds: [],
      notStartedIds: [],
    });
  });

  test('of none there is none', async () => {
    const clock = createVirtualClock();
    const result = await runAll(createSubject(clock), [], { ...clock }).result;
    expect(result).toMatchObject({ success: true, total: 0, successRate: 1, outcomes: [] });
  });

  test('whatever happens, in any order, with any strategy, nothing is lost and nothing is left behind', async () => {
    const request = fc.record({
      takesMs: fc.integer({ min: 0, max: 30_000 }),
      fate: fc.constantFrom('answered', 'throttled', 'invalid', 'strange'),
    });
    const stops = fc.record(
      {
        maxConcurrency: fc.integer({ min: 1, max: 9 }),
        order: fc.constantFrom('completion', 'input'),
        onFailure: fc.constantFrom('continue_on_failure', 'stop_on_first_failure', 'stop_on_threshold'),
        failureThreshold: fc.constantFrom({ count: 2 }, { share: 0.3 }),
        whenStopped: fc.constantFrom('drain', 'abort'),
        timeoutMs: fc.integer({ min: 1, max: 20_000 }),
        deadlineMs: fc.integer({ min: 1, max: 200_000 }),
        retry: fc.record({ rounds: fc.integer({ min: 0, max: 3 }), delayMs: fc.integer({ min: 0, max: 9_000 }) }),
      },
      { requiredKeys: ['maxConcurrency'] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { maxLength: 40 }),
        stops,
        fc.option(fc.integer({ min: 0, max: 100_000 })),
        fc.boolean(),
        async (requests, stops, abortAt, isStream) => {
          const clock = createVirtualClock();
          const fates = { answered: () => 'yes', throttled, invalid, strange: () => new RangeError('?') };
          const subject = createSubject(clock, {
            takesMs: (text) => requests[Number(text) - 1]?.takesMs ?? 0,
            answer: (text) => fates[requests[Number(text) - 1]?.fate ?? 'answered'](),
          });
          const caller = new AbortController();
          const ended = new AbortController();
          if (abortAt !== null)
            clock.delay(abortAt, ended.signal).then(
              () => caller.abort(),
              () => {},
            );
          const list = requestsOf(requests.length);
          const options = { ...clock, ...stops, signal: caller.signal } as BulkOptions;
          const result = await clock.run(runAll(subject, isStream ? streamed(list) : list, options).result);
          ended.abort();
          const ids = result.outcomes.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          if (!isStream || result.stoppedBy === undefined) expect(ids).toHaveLength(requests.length);
          expect(subject.mostRunning).toBeLessThanOrEqual(stops.maxConcurrency);
          await clock.advance(0);
          expect([subject.running, clock.pending]).toEqual([0, 0]);
          const calls = result.outcomes.reduce((sum, { tries }) => sum + tries.length, 0);
          expect(subject.asked).toHaveLength(calls);
        },
      ),
    );
  });
});

describe('what is wrong is said', () => {
  test('before anything is sent, all ids that are there twice at once', () => {
    const clock = createVirtualClock();
    const twice = ['a', 'b', 'a', 'b'].map((id) => ({ id, request: ask(id) }));
    expect(() => runAll(createSubject(clock), twice)).toThrow(
      new ConfigurationError([
        { path: 'requests[2].id', message: "'a' is the id of request 1 too: give every request its own." },
        { path: 'requests[3].id', message: "'b' is the id of request 2 too: give every request its own." },
      ]),
    );
  });

  test.each<[string, unknown, string]>([
    ['a Promise of requests', Promise.resolve([]), 'The requests are a Promise: was an await forgotten?'],
    ['no list', 7, 'The requests have to be an array, an iterable or an async iterable.'],
    ['a Promise of one', [Promise.resolve()], 'Request 1 cannot be sent: it is a Promise: was an await forgotten?.'],
    ['a text', ['Hello'], 'Request 1 cannot be sent: it is string.'],
    [
      'one without messages',
      [{ request: {} }],
      'Request 1 cannot be sent: it has no messages: give a request, or { id, request }.',
    ],
  ])('%s', (_, requests, message) => {
    expect(() => runAll(createSubject(createVirtualClock()), requests as never)).toThrow(new TypeError(message));
  });

  test.each([
    [
      'an id that comes twice',
      () =>
        streamed([
          { id: 'a', request: ask('1') },
          { id: 'a', request: ask('2') },
        ]),
      /'a' is the id/,
    ],
    [
      'an error of the source itself',
      async function* () {
        yield ask('1');
        throw new Error('The file is gone.');
      },
      /The file is gone/,
    ],
  ])('in a stream, behind the outcomes of what came before: %s', async (_, source, message) => {
    const clock = createVirtualClock();
    const run = runAll(createSubject(clock), source(), { ...clock });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const outcome of run) seen.push(outcome.type);
    })();
    await expect(clock.run(reading)).rejects.toThrow(message);
    expect(seen).toEqual(['ok']);
    await expect(run.summary).rejects.toThrow(message);
  });

  test('a wrong set-up ends the run, because it would end every request', async () => {
    const clock = createVirtualClock();
    const wrong = new ConfigurationError([{ path: 'models', message: 'There is no such model.' }]);
    const subject = createSubject(clock, { answer: () => wrong });
    const result = runAll(subject, requestsOf(50), { ...clock, maxConcurrency: 2 }).result;
    await expect(clock.run(result)).rejects.toBe(wrong);
    expect(subject.asked).toHaveLength(2);
  });
});

describe('how much goes on at once', () => {
  test('is never more than asked for', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const { totalMs } = await clock.run(runAll(subject, requestsOf(100), { ...clock, maxConcurrency: 7 }).result);
    expect([subject.mostRunning, totalMs]).toEqual([7, 15_000]);
  });

  test('follows the capacity, which is asked again whenever a call leaves the line or ends', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const capacity = () => (clock.now() < 5_000 ? 2 : 20);
    const { totalMs } = await clock.run(runAll(subject, requestsOf(50), { ...clock, capacity }).result);
    expect([subject.mostRunning, totalMs]).toEqual([20, 7_000]);
  });

  test('is one at least', async () => {
    const clock = createVirtualClock();
    const result = await clock.run(runAll(createSubject(clock), requestsOf(2), { ...clock, capacity: () => 0 }).result);
    expect(result).toMatchObject({ ok: 2, totalMs: 2_000 });
  });

  test('leaves a stream where it is while nobody reads the outcomes', async () => {
    const clock = createVirtualClock();
    let pulled = 0;
    function* endless() {
      for (;;) yield ask(String(++pulled));
    }
    const run = runAll(createSubject(clock), endless(), { ...clock, maxConcurrency: 4 });
    const outcomes = run[Symbol.asyncIterator]();
    await clock.run(outcomes.next());
    await clock.advance(60_000);
    expect(pulled).toBe(8);
    await outcomes.return?.();
    expect(await clock.run(run.summary)).toMatchObject({ stoppedBy: 'left' });
  });

  test('can be nothing for a while', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const run = runAll(subject, requestsOf(6), { ...clock, maxConcurrency: 2 });
    const result = run.result;
    await clock.advance(500);
    run.pause();
    await clock.advance(60_000);
    expect([subject.asked.length, run.progress().ended, run.progress().running]).toEqual([2, 2, 0]);
    run.resume();
    expect((await clock.run(result)).ok).toBe(6);
  });
});

describe('order', () => {
  const takesMs = (text: string) => (text === '1' ? 9_000 : 1_000);

  test.each([
    ['completion', ['2', '3', '4', '1']],
    ['input', ['1', '2', '3', '4']],
  ] as const)('is that of %s', async (order, expected) => {
    const clock = createVirtualClock();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const outcome of runAll(createSubject(clock, { takesMs }), streamed(requestsOf(4)), {
        ...clock,
        order,
      })) {
        if (outcome.type === 'ok') seen.push(textOf(outcome.reply));
      }
    })();
    await clock.run(reading);
    expect(seen).toEqual(expected);
  });

  test('of the input keeps no more of a stream in memory than a few rounds', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { takesMs: (text) => (text === '1' ? 3_600_000 : 1) });
    const run = runAll(subject, streamed(requestsOf(1_000)), { ...clock, order: 'input', maxConcurrency: 2 });
    const result = run.result;
    await clock.advance(60_000);
    expect(subject.asked).toHaveLength(32);
    expect((await clock.run(result)).ok).toBe(1_000);
  });

  test('of a list is that of its priorities, and else its own', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const items = [0, 5, undefined, 5, -1].map((priority, index) => ({ request: ask(String(index + 1)), priority }));
    await clock.run(runAll(subject, items, { ...clock, maxConcurrency: 1 }).result);
    expect(subject.asked).toEqual(['2', '4', '1', '3', '5']);
  });
});

describe('failures', () => {
  const failing =
    (...failing: string[]) =>
    (text: string) =>
      failing.includes(text) ? invalid() : text;

  test('stay with their requests', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { answer: failing('2') });
    const result = await clock.run(runAll(subject, requestsOf(3), { ...clock }).result);
    expect(result.outcomes.map(briefly)).toEqual([
      'request_1 ok 1',
      'request_2 failed invalid_request',
      'request_3 ok 3',
    ]);
    expect(result).toMatchObject({ success: true, successRate: 2 / 3, failedIds: ['request_2'] });
  });

  test('that are no ConverseError are one with their cause', async () => {
    const clock = createVirtualClock();
    const cause = new RangeError('Out of range.');
    const subject = createSubject(clock, { answer: () => cause });
    const [outcome] = (await clock.run(runAll(subject, requestsOf(1), { ...clock }).result)).outcomes;
    if (outcome?.type !== 'failed') throw new Error(outcome?.type);
    expect([outcome.error.code, outcome.error.cause]).toEqual(['internal', cause]);
  });

  test.each([
    [
      'drain',
      ['request_1 ok 1', 'request_2 failed invalid_request', 'request_3 ok 3', 'request_4 not_started first_failure'],
    ],
    [
      'abort',
      [
        'request_1 aborted first_failure',
        'request_2 failed invalid_request',
        'request_3 aborted first_failure',
        'request_4 not_started first_failure',
      ],
    ],
  ] as const)('stop at the first one, and %s what is under way', async (whenStopped, expected) => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { answer: failing('2'), takesMs: (text) => (text === '2' ? 100 : 1_000) });
    const options = { ...clock, onFailure: 'stop_on_first_failure', maxConcurrency: 3, whenStopped } as const;
    const result = await clock.run(runAll(subject, requestsOf(4), options).result);
    expect(result.outcomes.map(briefly)).toEqual(expected);
    expect(result).toMatchObject({ success: false, stoppedBy: 'first_failure' });
    expect(subject.asked).toEqual(['1', '2', '3']);
  });

  test.each([
    [{ share: 0.2 }, 2, undefined, true],
    [{ share: 0.2 }, 3, 'threshold', false],
    [{ count: 0 }, 1, 'threshold', false],
    [{ count: 3 }, 3, undefined, true],
  ] as const)(
    'stop at the threshold: %j of 10 with %i failures',
    async (failureThreshold, failures, stoppedBy, success) => {
      const clock = createVirtualClock();
      const answer = failing(...Array.from({ length: failures }, (_, index) => String(index + 1)));
      const options = { ...clock, onFailure: 'stop_on_threshold', failureThreshold, maxConcurrency: 1 } as const;
      const result = await clock.run(runAll(createSubject(clock, { answer }), requestsOf(10), options).result);
      expect([result.stoppedBy, result.success, result.failed]).toEqual([stoppedBy, success, failures]);
    },
  );

  test('in a stream count as a share only once a hundred have ended', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { answer: () => invalid() });
    const options = { ...clock, onFailure: 'stop_on_threshold', maxConcurrency: 1 } as const;
    const result = await clock.run(runAll(subject, streamed(requestsOf(200)), options).result);
    expect([result.stoppedBy, result.failed]).toEqual(['threshold', 100]);
  });

  test('get more calls if asked for, with waits that grow', async () => {
    const clock = createVirtualClock();
    const events: BulkEvent[] = [];
    let calls = 0;
    const subject = createSubject(clock, { answer: () => (++calls < 3 ? throttled() : 'at last') });
    const retry = { rounds: 2, delayMs: 10_000 };
    const result = await clock.run(
      runAll(subject, requestsOf(1), { ...clock, retry, onEvent: (event) => events.push(event) }).result,
    );
    expect(result.outcomes.map(briefly)).toEqual(['request_1 ok at last']);
    expect(result.outcomes[0]?.tries).toEqual([
      { attempt: 1, startedAt: Date.UTC(2026, 0), durationMs: 1_000, error: throttled().toJson() },
      { attempt: 2, startedAt: Date.UTC(2026, 0) + 11_000, durationMs: 1_000, error: throttled().toJson() },
      { attempt: 3, startedAt: Date.UTC(2026, 0) + 32_000, durationMs: 1_000, target },
    ]);
    expect(result.retries).toBe(2);
    const waits = events.filter((event) => event.type === 'retry').map(({ attempt, waitMs }) => [attempt, waitMs]);
    expect(waits).toEqual([
      [2, 10_000],
      [3, 20_000],
    ]);
  });

  test('of all targets get more calls too, if one of them may go better later', async () => {
    const clock = createVirtualClock();
    const failed = (error: ConverseError) => ({ target, startedAt: 0, durationMs: 1, error: error.toJson() });
    const exhausted = (...errors: ConverseError[]) =>
      new ConverseError('exhausted', 'All tried.', { models: [], regions: [], attempts: errors.map(failed) });
    const answer = (text: string) => (text === '1' ? exhausted(invalid(), throttled()) : exhausted(invalid()));
    const subject = createSubject(clock, { answer });
    await clock.run(runAll(subject, requestsOf(2), { ...clock, retry: { rounds: 1 } }).result);
    expect(subject.asked).toEqual(['1', '2', '1']);
  });

  test.each([
    ['what no call mends', invalid, undefined, 1],
    ['what the filter leaves out', throttled, () => false, 1],
    ['what still fails after the last round', throttled, undefined, 3],
  ])('are final: %s', async (_, error, filter, calls) => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { answer: error });
    const result = await clock.run(runAll(subject, requestsOf(1), { ...clock, retry: { rounds: 2, filter } }).result);
    expect([result.failed, subject.asked.length]).toEqual([1, calls]);
  });
});

describe('time', () => {
  test('that a request has too little of frees its place at once, even if its call goes on', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const deaf = { ...subject, converse: (request: never) => subject.converse(request) };
    const items = [{ request: ask('1'), timeoutMs: 10 }, ask('2')];
    const result = await clock.run(runAll(deaf, items, { ...clock, maxConcurrency: 1 }).result);
    expect(result.outcomes.map(briefly)).toEqual(['request_1 timed_out timeout', 'request_2 ok 2']);
    expect([result.totalMs, result.timedOutIds, result.success]).toEqual([1_010, ['request_1'], true]);
  });

  test('in line before the target is not the time of a request', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const inLine: typeof subject = {
      ...subject,
      async converse(request, options) {
        await clock.delay(900, options?.signal);
        return subject.converse(request, options);
      },
    };
    const result = await clock.run(runAll(inLine, requestsOf(1), { ...clock, timeoutMs: 1_500 }).result);
    expect([result.ok, result.totalMs]).toEqual([1, 1_900]);
  });

  test('that is over for all of them stops everything', async () => {
    const clock = createVirtualClock();
    const result = await clock.run(
      runAll(createSubject(clock), requestsOf(5), { ...clock, maxConcurrency: 2, deadlineMs: 1_500 }).result,
    );
    expect(result.outcomes.map(briefly)).toEqual([
      'request_1 ok 1',
      'request_2 ok 2',
      'request_3 aborted deadline',
      'request_4 aborted deadline',
      'request_5 not_started deadline',
    ]);
    expect(result).toMatchObject({ stoppedBy: 'deadline', totalMs: 1_500 });
  });

  test('ends with the signal, and what has ended is kept', async () => {
    const clock = createVirtualClock();
    const caller = new AbortController();
    const result = runAll(createSubject(clock), requestsOf(3), {
      ...clock,
      maxConcurrency: 1,
      signal: caller.signal,
    }).result;
    await clock.advance(1_500);
    caller.abort(new Error('Enough.'));
    expect((await clock.run(result)).outcomes.map(briefly)).toEqual([
      'request_1 ok 1',
      'request_2 aborted signal',
      'request_3 not_started signal',
    ]);
  });

  test('that ended before the start leaves all unsent', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const result = await runAll(subject, requestsOf(2), { ...clock, signal: AbortSignal.abort() }).result;
    expect([result.notStarted, result.success, subject.asked]).toEqual([2, false, []]);
  });
});

describe('money', () => {
  test('is not spent beyond the budget, whatever is under way', async () => {
    const clock = createVirtualClock();
    const budget = { tokens: 27, estimateCost: () => ({ tokens: 7 }) };
    const subject = createSubject(clock);
    const result = await clock.run(runAll(subject, requestsOf(10), { ...clock, budget, maxConcurrency: 3 }).result);
    // Three at once hold 21. When they have come to 15, one more may come to 22; then 20 + 7 fits once more.
    expect([result.stoppedBy, result.usage.totalTokens, result.notStarted]).toEqual(['budget', 25, 5]);
  });

  test('that is set aside for calls under way is waited for', async () => {
    const clock = createVirtualClock();
    const budget = { tokens: 100, estimateCost: () => ({ tokens: 60 }) };
    const subject = createSubject(clock);
    const result = await clock.run(runAll(subject, requestsOf(9), { ...clock, budget }).result);
    expect([result.stoppedBy, result.ok, subject.mostRunning]).toEqual([undefined, 9, 1]);
  });

  test('may have been spent on calls that timed out, and on answers that were no good', async () => {
    const clock = createVirtualClock();
    const usage = { inputTokens: 5, outputTokens: 5, totalTokens: 10 };
    const error = new ConverseError('reply_rejected', 'No rock.', { reason: 'No rock.' });
    const paid = { target, startedAt: 0, durationMs: 1, usage, error: error.toJson() };
    const invalidOutput = new ConverseError('reply_rejected', 'No rock.', {
      reason: 'No rock.',
      attempts: [paid, paid],
    });
    const subject = createSubject(clock, {
      takesMs: (text) => (text === '1' ? 5_000 : 1_000),
      answer: (text) => (text === '2' ? invalidOutput : text),
    });
    const options = { ...clock, maxConcurrency: 1, timeoutMs: 2_000, retry: { rounds: 1, delayMs: 0 } };
    const budget = { tokens: 50, estimateCost: () => ({ tokens: 10 }) };
    const result = await clock.run(runAll(subject, requestsOf(9), { ...options, budget }).result);
    expect([subject.asked, result.stoppedBy]).toEqual([['1', '2', '1', '2'], 'budget']);
  });

  test.each([[Number.NaN], [-1], ['7']])('of %s is no price', async (tokens) => {
    const clock = createVirtualClock();
    const budget = { usd: 1, estimateCost: () => ({ usd: tokens as number }) };
    const subject = createSubject(clock);
    const result = clock.run(runAll(subject, requestsOf(2), { ...clock, budget }).result);
    if (tokens === '7') expect((await result).stoppedBy).toBe('budget');
    else await expect(result).rejects.toThrow(/estimateCost said/);
    expect(subject.asked).toEqual([]);
  });

  test('needs to be told what a request may cost', () => {
    const budget = { usd: 1 } as never;
    expect(() => runAll(createSubject(createVirtualClock()), [], { budget })).toThrow(/estimateCost/);
  });
});

describe('reading', () => {
  test('sends nothing before it, and happens once', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock);
    const run = runAll(subject, requestsOf(1), { ...clock });
    await clock.advance(1_000);
    run.pause();
    run.resume();
    expect([subject.asked, run.progress().elapsedMs]).toEqual([[], 0]);
    await clock.run(run.result);
    expect(() => run[Symbol.asyncIterator]()).toThrow(/can be read once/);
  });

  test('the summary alone reads all', async () => {
    const clock = createVirtualClock();
    expect(await clock.run(runAll(createSubject(clock), requestsOf(1_000), { ...clock }).summary)).toMatchObject({
      ok: 1_000,
    });
  });

  test('that ends early ends the calls', async () => {
    const clock = createVirtualClock();
    const subject = createSubject(clock, { takesMs: (text) => 1_000 * Number(text) });
    const run = runAll(subject, streamed(requestsOf(100)), { ...clock, maxConcurrency: 3 });
    const reading = (async () => {
      for await (const _ of run) break;
    })();
    await clock.run(reading);
    expect(await clock.run(run.summary)).toMatchObject({ ok: 1, stoppedBy: 'left' });
    expect([subject.running, clock.pending]).toEqual([0, 0]);
  });

  test('shows how far it is', async () => {
    const clock = createVirtualClock();
    const run = runAll(createSubject(clock), requestsOf(100), { ...clock, maxConcurrency: 10 });
    const result = run.result;
    await clock.advance(5_500);
    const { perSecond, etaMs, ...progress } = run.progress();
    expect(progress).toEqual({
      total: 100,
      ended: 50,
      ok: 50,
      failed: 0,
      running: 10,
      waiting: 0,
      tokens: 250,
      usd: 0,
      elapsedMs: 5_500,
    });
    expect(Math.abs(perSecond - 10)).toBeLessThan(1.5);
    expect(Math.abs((etaMs ?? 0) - 5_000)).toBeLessThan(800);
    await clock.run(result);
    await clock.advance(60_000);
    expect(run.progress()).toMatchObject({ elapsedMs: 10_000, ended: 100, etaMs: 0 });
  });
});
