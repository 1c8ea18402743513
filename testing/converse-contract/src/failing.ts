import { ConverseError, type ConverseStreamEvent, isConverseError, textOf, toolUsesOf } from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { all, question } from './scenes.ts';
import type { Subject } from './subject.ts';

const refusals: ConverseError[] = [
  new ConverseError('throttled', 'Too many requests, please wait before trying again.'),
  new ConverseError('unavailable', 'The service is unable to process your request.'),
  new ConverseError('internal', 'The system encountered an unexpected error.'),
  new ConverseError('invalid_request', 'The text field is blank.', { problems: [] }),
];

const half = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);

export function describeFailing({ arrange, refusalOf, testWith }: Subject): void {
  testWith('call_events')('answers whatever a listener throws, and does not hide that', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    onTestFinished(() => void vi.unstubAllGlobals());
    const onEvent = vi.fn(() => {
      throw new Error('A bug of the listener.');
    });
    const model = await arrange(['Granite.', 'Gneiss.']);
    expect(textOf(await model.converse(question(), { onEvent }))).toBe('Granite.');
    expect(textOf(await model.converseStream(question(), { onEvent }).response)).toBe('Gneiss.');
    expect(onEvent).toHaveBeenCalled();
    expect(reported).toHaveBeenCalledTimes(onEvent.mock.calls.length);
  });

  test.each(refusals)('rejects with $code when the service refuses', async ({ code, message }) => {
    const model = await arrange(() => refuse(code, message));
    expect(refusalOf(await errorOf(model.converse(question())))).toBe(code);
    expect(refusalOf(await errorOf(model.converseStream(question()).response))).toBe(code);
    expect(refusalOf(await errorOf(all(model.converseStream(question()))))).toBe(code);
    expect(refusalOf(await errorOf(all(model.converseStream(question()).text)))).toBe(code);
  });

  testWith('in_band_errors').each(refusals)(
    'throws $code that comes as the first event of a stream',
    async ({ code, message }) => {
      const model = await arrange([[refuse(code, message)]]);
      const error = await errorOf(all(model.converseStream(question())));
      expect(refusalOf(error)).toBe(code);
      expect(error.partial).toBeUndefined();
    },
  );

  testWith('in_band_errors').each(refusals)(
    'throws $code in the middle of a stream, with what had come',
    async ({ code, message }) => {
      const model = await arrange([[...half, refuse(code, message)]]);
      const stream = model.converseStream(question());
      const seen: ConverseStreamEvent[] = [];
      const reading = (async () => {
        for await (const event of stream) seen.push(event);
      })();
      const error = await errorOf(reading);
      expect(error).toMatchObject({ code });
      expect(error.partial && textOf(error.partial)).toBe('Half an answ');
      expect(seen).toEqual(half);
      expect(await errorOf(stream.response)).toBe(error);
    },
  );

  testWith('truncation')('takes a stream that ends in the middle for an error, with what had come', async () => {
    const model = await arrange([half]);
    const error = await errorOf(all(model.converseStream(question())));
    expect(error.code).toBe('stream_truncated');
    expect(error.partial?.output.message).toEqual({ role: 'assistant', content: [{ text: 'Half an answ' }] });
    expect(error.partial?.stopReason).toBeUndefined();
  });

  testWith('truncation').each<[string, ConverseStreamEvent[]]>([
    ['holds nothing', []],
    ['only starts', half.slice(0, 1)],
  ])('takes a stream that %s for an error without content', async (_, events) => {
    const model = await arrange([events]);
    const error = await errorOf(model.converseStream(question()).response);
    expect(refusalOf(error)).toBe('stream_truncated');
    expect(error.partial).toBeUndefined();
  });

  const call = toolCall('weather', { city: 'Bergen, the rainy one', days: 3 });

  testWith('truncation', 'tools').each([
    ['in the middle of its input', -4],
    ['after its input', -3],
    ['right after it', -2],
  ])('never makes a tool call runnable when the stream ends %s', async (_, end) => {
    const model = await arrange([eventsOf(reply(call), { pieceLength: 12 }).slice(0, end)]);
    const error = await errorOf(model.converseStream(question()).response);
    expect(error.code).toBe('stream_truncated');
    expect(error.partial?.output.message.content).toHaveLength(1);
    if (end < -2) expect(error.partial?.incomplete).toEqual([{ contentIndex: 0, reason: 'cut' }]);
    expect(error.partial && toolUsesOf(error.partial)).toEqual([]);
  });

  testWith(
    'truncation',
    'tools',
    'block_stops',
  )('tells a call that is whole from one that was cut', async () => {
    const model = await arrange([eventsOf(reply(call)).slice(0, -2)]);
    const error = await errorOf(model.converseStream(question()).response);
    expect(error.partial?.incomplete).toBeUndefined();
  });

  testWith('in_band_errors')('is at its end for good after an error', async () => {
    const model = await arrange([[...half, refuse('internal', 'The system failed.')]]);
    const events = model.converseStream(question())[Symbol.asyncIterator]();
    for (const event of half) expect(await events.next()).toEqual({ done: false, value: event });
    await errorOf(events.next());
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
}

function refuse(code: ConverseError['code'], message: string): ConverseError {
  return new ConverseError(code, message, { problems: [] } as never);
}

async function errorOf(promise: Promise<unknown>): Promise<ConverseError> {
  const error = await promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
  if (!isConverseError(error)) throw error;
  return error;
}
