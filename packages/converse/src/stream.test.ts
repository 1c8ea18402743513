import { getEventListeners } from 'node:events';
import { ConverseError, type ConverseStreamEvent, createConverseStream } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { describe, expect, test } from 'vitest';

const events = eventsOf('Schist splits into slabs.', { pieceLength: 5 });
const whole = reply('Schist splits into slabs.');

describe('the source', () => {
  test('is asked for the next event only when the reader is', async () => {
    let asked = 0;
    const stream = createConverseStream(() => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: events[asked++] as ConverseStreamEvent }),
      }),
    }));
    const reading = stream[Symbol.asyncIterator]();
    expect(asked).toBe(0);
    await reading.next();
    await reading.next();
    expect(asked).toBe(2);
  });

  test('is not returned when it came to its own end', async () => {
    let returned = 0;
    const source = {
      ...sourceOf(events),
      async return() {
        returned += 1;
        return { done: true, value: undefined } as const;
      },
    };
    await createConverseStream(() => iterable(source)).response;
    expect(returned).toBe(0);
  });

  test('sees the signal of its call fire with the reason of the abort, and not at a good end', async () => {
    const signals: AbortSignal[] = [];
    const open = (signal: AbortSignal) => {
      signals.push(signal);
      return iterable(sourceOf(events));
    };
    const controller = new AbortController();
    const aborted = createConverseStream(open, { signal: controller.signal })[Symbol.asyncIterator]();
    await aborted.next();
    controller.abort('enough');
    await createConverseStream(open).response;
    expect(signals.map(({ aborted, reason }) => ({ aborted, reason }))).toEqual([
      { aborted: true, reason: 'enough' },
      { aborted: false, reason: undefined },
    ]);
  });

  const failure = new Error('It does not work.');
  const misbehaving: [string, () => AsyncIterable<ConverseStreamEvent>][] = [
    ['can not be opened', () => raise(failure)],
    ['has no iterator', () => ({ [Symbol.asyncIterator]: () => raise(failure) })],
    ['throws instead of rejecting', () => iterable({ next: () => raise(failure) })],
    ['rejects', () => iterable({ next: () => Promise.reject(failure) })],
  ];
  test.each(misbehaving)('that %s rejects the read and the reply', async (_, open) => {
    const { signal } = new AbortController();
    const stream = createConverseStream(open, { signal });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toBe(failure);
    await expect(stream.response).rejects.toBe(failure);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('that yields nonsense has it handed on and kept', async () => {
    const nonsense = [null, 7, 'text', [], { contentBlockDelta: null }] as unknown as ConverseStreamEvent[];
    const stream = createConverseStream(() => iterable(sourceOf([...nonsense, ...events])));
    expect((await stream.response).unknownEvents).toEqual(nonsense);
  });

  test('that breaks the protocol of iterators rejects the read', async () => {
    const broken = { next: async () => undefined as never };
    await expect(createConverseStream(() => iterable(broken)).response).rejects.toThrow(TypeError);
  });

  test.each<[string, object]>([
    ['has no return', {}],
    ['throws when it is returned', { return: () => raise(failure) }],
    ['rejects when it is returned', { return: () => Promise.reject(failure) }],
    ['never answers when it is returned', { return: () => new Promise(() => {}) }],
  ])('that %s can be left and aborted all the same', async (_, more) => {
    const source = () => iterable({ ...sourceOf(events), ...more });
    const left = createConverseStream(source);
    for await (const _ of left) break;
    await expect(left.response).rejects.toMatchObject({ name: 'AbortError' });

    const controller = new AbortController();
    const aborted = createConverseStream(source, { signal: controller.signal });
    const reading = aborted[Symbol.asyncIterator]();
    await reading.next();
    controller.abort('enough');
    await expect(reading.next()).rejects.toBe('enough');
    await expect(aborted.response).rejects.toBe('enough');
  });

  test('is returned after an abort, so that one which hears no signal lets go too', async () => {
    const controller = new AbortController();
    const returned = Promise.withResolvers<void>();
    async function* deaf() {
      try {
        yield* events;
      } finally {
        returned.resolve();
      }
    }
    const reading = createConverseStream(deaf, { signal: controller.signal })[Symbol.asyncIterator]();
    await reading.next();
    controller.abort('enough');
    await returned.promise;
  });

  test('that goes on after an abort is not heard any more', async () => {
    const late = Promise.withResolvers<IteratorResult<ConverseStreamEvent>>();
    const controller = new AbortController();
    const stream = createConverseStream(() => iterable({ next: () => late.promise }), { signal: controller.signal });
    const next = stream[Symbol.asyncIterator]().next();
    controller.abort('enough');
    await expect(next).rejects.toBe('enough');
    late.resolve({ done: false, value: events[0] as ConverseStreamEvent });
    await expect(stream.response).rejects.toBe('enough');
  });

  test('that makes the caller give up while it is opened is let go of, unread', async () => {
    const seen: string[] = [];
    const controller = new AbortController();
    const open = () => {
      controller.abort('enough');
      return iterable({
        next: async () => ({ done: true, value: void seen.push('next') }) as const,
        return: async () => ({ done: true, value: void seen.push('return') }) as const,
      });
    };
    await expect(createConverseStream(open, { signal: controller.signal }).response).rejects.toBe('enough');
    expect(seen).toEqual(['return']);
  });
});

describe('finish', () => {
  test('completes the reply before the reader sees the end', async () => {
    const finishing = Promise.withResolvers<void>();
    const cost = { usd: 0.01, status: 'priced' } as const;
    const stream = createConverseStream(() => iterable(sourceOf(events)), {
      finish: async (reply) => {
        await finishing.promise;
        return { ...reply, cost };
      },
    });
    let ended = false;
    const reading = (async () => {
      for await (const _ of stream);
      ended = true;
    })();
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    finishing.resolve();
    await reading;
    expect(await stream.response).toEqual({ ...whole, cost });
  });

  test.each([
    ['throws', () => raise(new ConverseError('reply_rejected', 'Too short.', { reason: 'too short' }))],
    ['rejects', async () => raise(new ConverseError('reply_rejected', 'Too short.', { reason: 'too short' }))],
  ])('that %s rejects the reader and the reply, with the whole of it', async (_, finish) => {
    const stream = createConverseStream(() => iterable(sourceOf(events)), { finish });
    const error = await stream.response.catch((error: ConverseError) => error);
    expect(error).toMatchObject({ code: 'reply_rejected', partial: { output: whole.output } });
  });

  test('does not hold up an abort, and its result comes too late then', async () => {
    const finishing = Promise.withResolvers<typeof whole>();
    const started = Promise.withResolvers<void>();
    const controller = new AbortController();
    const stream = createConverseStream(() => iterable(sourceOf(events)), {
      signal: controller.signal,
      finish: () => {
        started.resolve();
        return finishing.promise;
      },
    });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await started.promise;
    controller.abort('enough');
    await expect(reading).rejects.toBe('enough');
    finishing.resolve(whole);
    await expect(stream.response).rejects.toBe('enough');
  });
});

describe('readers who ask ahead', () => {
  test('get the events in the order in which they asked, also when one asks in between', async () => {
    const stream = createConverseStream(() => iterable(sourceOf(events)));
    const reading = stream[Symbol.asyncIterator]();
    const inBetween = reading.next().then(({ value }) => reading.next().then((fourth) => [value, fourth.value]));
    const others = await Promise.all([reading.next(), reading.next()]);
    const [first, fourth] = await inBetween;
    expect([first, ...others.map(({ value }) => value), fourth]).toEqual(events.slice(0, 4));
  });

  test('get the pieces of text in that order too', async () => {
    const stream = createConverseStream(() => iterable(sourceOf(events)));
    const reading = stream.text[Symbol.asyncIterator]();
    const pieces = await Promise.all([reading.next(), reading.next(), reading.next()]);
    expect(pieces.map(({ value }) => value)).toEqual(['Schis', 't spl', 'its i']);
  });

  test('hear of an error once; for the others it is the end', async () => {
    const failure = new Error('It does not work.');
    const stream = createConverseStream(() => iterable({ next: () => Promise.reject(failure) }));
    const reading = stream[Symbol.asyncIterator]();
    expect(await Promise.allSettled([reading.next(), reading.next(), reading.next()])).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: { done: true, value: undefined } },
      { status: 'fulfilled', value: { done: true, value: undefined } },
    ]);
  });
});

test('an error that nothing can be added to is thrown as it is', async () => {
  const error = Object.freeze(new ConverseError('connection', 'The connection was reset.'));
  async function* source() {
    yield* events.slice(0, 3);
    throw error;
  }
  await expect(createConverseStream(source).response).rejects.toBe(error);
});

test('an error that nobody was waiting for is told to nobody who has left', async () => {
  const caller = new AbortController();
  const stream = createConverseStream(() => iterable(sourceOf(events)), { signal: caller.signal });
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  caller.abort('went home');
  expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
  await expect(stream.response).rejects.toBe('went home');
});

test('ten thousand calls on one signal leave no listener behind, however they end', async () => {
  const { signal } = new AbortController();
  for (let call = 0; call < 2_500; call++) {
    await createConverseStream(() => iterable(sourceOf(events)), { signal }).response;
    await createConverseStream(() => iterable(sourceOf([])), { signal }).response.catch(() => {});
    await createConverseStream(() => raise(new Error('It does not work.')), { signal }).response.catch(() => {});
    for await (const _ of createConverseStream(() => iterable(sourceOf(events)), { signal })) break;
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

function sourceOf(events: ConverseStreamEvent[]): AsyncIterator<ConverseStreamEvent> {
  const values = events.values();
  return { next: async () => values.next() };
}

function iterable(source: AsyncIterator<ConverseStreamEvent>): AsyncIterable<ConverseStreamEvent> {
  return { [Symbol.asyncIterator]: () => source };
}

function raise(error: unknown): never {
  throw error;
}
