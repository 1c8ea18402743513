import { type ConverseStream, type ConverseStreamEvent, textOf } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';
import { all, deaf, question, watch } from './scenes.ts';
import type { Subject } from './subject.ts';

const events = eventsOf('A long answer, in many pieces.', { pieceLength: 4 });

const ways: [string, (stream: ConverseStream) => Promise<void>][] = [
  [
    'breaking off the loop over its events',
    async (stream) => {
      for await (const _ of stream) break;
    },
  ],
  [
    'breaking off the loop over its text',
    async (stream) => {
      for await (const _ of stream.text) break;
    },
  ],
  [
    'an error in the loop',
    async (stream) => {
      const failing = (async () => {
        for await (const _ of stream) throw new Error('The disk is full.');
      })();
      await expect(failing).rejects.toThrow('The disk is full.');
    },
  ],
  [
    'returning its iterator',
    async (stream) => {
      const reading = stream[Symbol.asyncIterator]();
      await reading.next();
      expect(await reading.return?.()).toEqual({ done: true, value: undefined });
      expect(await reading.next()).toEqual({ done: true, value: undefined });
    },
  ],
];

export function describeLeaving({ arrange, settle, slack, testWith }: Subject): void {
  test.each(ways)('frees the service after %s, and rejects the reply', async (_, leave) => {
    const watched = watch();
    const model = await arrange([[watched.step, ...events, deaf]]);
    const stream = model.converseStream(question());
    await leave(stream);
    await watched.released;
    await expect(stream.response).rejects.toMatchObject({ name: 'AbortError' });
  });

  test.each(ways)('leaves no rejection behind after %s if nobody asks for the reply', async (_, leave) => {
    const model = await arrange([[...events, deaf]]);
    await leave(model.converseStream(question()));
  });

  test('frees the service when its iterator is returned while an event is awaited', async () => {
    const watched = watch();
    const model = await arrange([[watched.step, deaf]]);
    const reading = model.converseStream(question())[Symbol.asyncIterator]();
    const next = reading.next();
    await watched.sent;
    expect(await reading.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    await watched.released;
  });

  test('sends nothing if it is left before its first event was asked for', async () => {
    const watched = watch();
    const model = await arrange([[watched.step, ...events]]);
    const stream = model.converseStream(question());
    await stream[Symbol.asyncIterator]().return?.();
    await expect(stream.response).rejects.toMatchObject({ name: 'AbortError' });
    await settle();
    expect(watched.count()).toBe(0);
  });

  test('goes on with the next call after one was left', async () => {
    const model = await arrange([[...events, deaf], events]);
    for await (const _ of model.converseStream(question())) break;
    expect(textOf(await model.converse(question()))).toBe('A long answer, in many pieces.');
  });

  testWith('back_pressure')('takes no more from the service than its reader asks for', async () => {
    const piece = 'x'.repeat(2 ** 15);
    const total = slack() + 20;
    const large = eventsOf(piece.repeat(total), { pieceLength: piece.length });
    let taken = 0;
    function* steps(): Generator<ConverseStreamEvent> {
      for (const event of large) {
        taken += 1;
        yield event;
      }
    }

    const model = await arrange([steps()]);
    const stream = model.converseStream(question());
    const reading = stream[Symbol.asyncIterator]();
    for (let read = 1; read <= 5; read++) await reading.next();
    await settle();
    expect(taken).toBeLessThanOrEqual(5 + slack());

    await all({ [Symbol.asyncIterator]: () => reading });
    expect(taken).toBe(large.length);
    expect(textOf(await stream.response)).toHaveLength(total * piece.length);
  });
}
