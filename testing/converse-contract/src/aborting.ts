import { eventsOf } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';
import { all, deaf, question, watch } from './scenes.ts';
import type { Subject } from './subject.ts';

const events = eventsOf('A long answer, in many pieces.', { pieceLength: 4 });

/** Nobody may wrap, copy or replace what the caller aborts with. */
const reasons: [string, unknown][] = [
  ['an error', new Error('The user left.')],
  ['a text', 'enough'],
  ['an object', { by: 'user' }],
];

export function describeAborting({ arrange, settle }: Subject): void {
  test.each(reasons)('rejects with %s that the signal was aborted with before the call', async (_, reason) => {
    const watched = watch();
    const model = await arrange(() => [watched.step, ...events]);
    const signal = AbortSignal.abort(reason);
    await expect(model.converse(question(), { signal })).rejects.toBe(reason);
    await expect(model.converseStream(question(), { signal }).response).rejects.toBe(reason);
    await expect(all(model.converseStream(question(), { signal }))).rejects.toBe(reason);
    await expect(all(model.converseStream(question(), { signal }).text)).rejects.toBe(reason);
    await settle();
    expect(watched.count()).toBe(0);
  });

  test('sends nothing if it was aborted before its first use', async () => {
    const watched = watch();
    const model = await arrange([[watched.step, ...events]]);
    const controller = new AbortController();
    const stream = model.converseStream(question(), { signal: controller.signal });
    controller.abort('enough');
    await expect(all(stream)).rejects.toBe('enough');
    await settle();
    expect(watched.count()).toBe(0);
  });

  test.each(reasons)('ends a call at once with %s, even if the service hangs', async (_, reason) => {
    const watched = watch();
    const model = await arrange([[watched.step, deaf]]);
    const controller = new AbortController();
    const reply = model.converse(question(), { signal: controller.signal });
    await watched.sent;
    controller.abort(reason);
    await expect(reply).rejects.toBe(reason);
    await watched.released;
  });

  test.each(reasons)('ends a stream at once with %s while it waits for its first event', async (_, reason) => {
    const watched = watch();
    const model = await arrange([[watched.step, deaf]]);
    const controller = new AbortController();
    const stream = model.converseStream(question(), { signal: controller.signal });
    const reading = all(stream);
    await watched.sent;
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await expect(stream.response).rejects.toBe(reason);
    await watched.released;
  });

  test.each(reasons)('ends a stream at once with %s while it waits for its next event', async (_, reason) => {
    const watched = watch();
    const model = await arrange([[watched.step, ...events.slice(0, 3), deaf]]);
    const controller = new AbortController();
    const stream = model.converseStream(question(), { signal: controller.signal });
    const reading = stream[Symbol.asyncIterator]();
    for (const event of events.slice(0, 3)) expect(await reading.next()).toEqual({ done: false, value: event });
    const next = reading.next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    await expect(stream.response).rejects.toBe(reason);
    expect(await reading.next()).toEqual({ done: true, value: undefined });
    await watched.released;
  });

  test('ends a stream while nobody waits for an event: the next read tells', async () => {
    const watched = watch();
    const model = await arrange([[watched.step, ...events, deaf]]);
    const controller = new AbortController();
    const stream = model.converseStream(question(), { signal: controller.signal });
    const reading = stream[Symbol.asyncIterator]();
    await reading.next();
    controller.abort('enough');
    await watched.released;
    await expect(stream.response).rejects.toBe('enough');
    await expect(reading.next()).rejects.toBe('enough');
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  test('ends a stream that is aborted by its own reader', async () => {
    const watched = watch();
    const model = await arrange([[watched.step, ...events, deaf]]);
    const controller = new AbortController();
    const stream = model.converseStream(question(), { signal: controller.signal });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const piece of stream.text) {
        seen.push(piece);
        controller.abort('enough');
      }
    })();
    await expect(reading).rejects.toBe('enough');
    expect(seen).toHaveLength(1);
    await watched.released;
  });

  test('gives the reply to who aborts after the end', async () => {
    const model = await arrange([events, events]);
    const controller = new AbortController();
    const stream = model.converseStream(question(), { signal: controller.signal });
    await all(stream);
    const reply = await model.converse(question(), { signal: controller.signal });
    controller.abort('enough');
    expect((await stream.response).stopReason).toBe('end_turn');
    expect(reply.stopReason).toBe('end_turn');
  });
}
