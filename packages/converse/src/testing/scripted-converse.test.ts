import { type CallEvent, ConverseError, type ConverseStreamEvent, textOf } from '@outcrop/converse';
import { createScriptedConverse, eventsOf, hang, reply, toolCall, wait } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';

const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };
const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };

test('answers in the order of the calls, streamed or not', async () => {
  const throttled = new ConverseError('throttled', 'Too many requests.');
  const model = createScriptedConverse(['Granite.', reply(toolCall('scratch')), throttled, eventsOf('Gneiss.')], {
    target,
  });
  expect(await model.converse(request)).toEqual({ ...reply('Granite.'), servedBy: target });
  expect(await model.converseStream(request).response).toEqual({ ...reply(toolCall('scratch')), servedBy: target });
  await expect(model.converse(request)).rejects.toBe(throttled);
  expect(textOf(await model.converse(request))).toBe('Gneiss.');
});

test('fills in what a reply leaves out, and keeps what it says', async () => {
  const cost = { usd: 0.01, status: 'priced' } as const;
  const model = createScriptedConverse([{ stopReason: 'content_filtered', cost }], { target });
  expect(await model.converse(request)).toEqual({
    ...reply(),
    stopReason: 'content_filtered',
    cost,
    servedBy: target,
  });
});

test('says which call found the script at its end', async () => {
  const model = createScriptedConverse(['Granite.']);
  await model.converse(request);
  await expect(model.converse(request)).rejects.toThrow(new RangeError('The script holds no reply for call 2.'));
});

test('asks a function for the reply to each call', async () => {
  const model = createScriptedConverse(
    async ({ number, request }) => `${number}: ${request.messages?.[0]?.content[0]?.text}`,
  );
  expect(textOf(await model.converse(request))).toBe('1: Which rock is this?');
  expect(textOf(await model.converseStream(request).response)).toBe('2: Which rock is this?');
});

test('remembers what it was asked as it was then, and when it was sent', async () => {
  const model = createScriptedConverse(() => 'Granite.');
  const growing = structuredClone(request);
  const options = { priority: 1 };
  const unread = model.converseStream(growing);
  await model.converse(growing, options);
  growing.messages.push({ role: 'user', content: [{ text: 'Sure?' }] });
  await unread.response;
  expect(model.calls).toEqual([
    { number: 1, request, options },
    { number: 2, request: growing, options: {} },
  ]);
});

test('breaks where the script says so, with what had come', async () => {
  const reset = new ConverseError('connection', 'The connection was reset.');
  const model = createScriptedConverse([[...eventsOf('Granite, surely.', { pieceLength: 4 }).slice(0, 3), reset]]);
  await expect(model.converse(request)).rejects.toBe(reset);
  expect(reset.partial && textOf(reset.partial)).toBe('Granite,');
});

test('takes its time by the delay that it is given, and hangs until the caller gives up', async () => {
  const waits: number[] = [];
  const delay = async (ms: number) => {
    waits.push(ms);
  };
  const [first, ...rest] = eventsOf('Granite.') as [ConverseStreamEvent, ...ConverseStreamEvent[]];
  const model = createScriptedConverse(
    [
      [wait(60_000), first, wait(1_000), ...rest],
      [first, hang],
    ],
    { delay },
  );
  expect(textOf(await model.converse(request))).toBe('Granite.');
  expect(waits).toEqual([60_000, 1_000]);

  const controller = new AbortController();
  const stream = model.converseStream(request, { signal: controller.signal });
  await expect(
    (async () => {
      for await (const _ of stream) controller.abort('enough');
    })(),
  ).rejects.toBe('enough');
});

test('waits in real time if it is given no delay, and no longer than the caller does', async () => {
  const model = createScriptedConverse([[wait(1), ...eventsOf('Granite.')], [wait(3_600_000)]]);
  expect(textOf(await model.converse(request))).toBe('Granite.');
  await expect(model.converse(request, { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('tells of its attempt and of warnings, and leaves validating to who can call again', async () => {
  const warning = { code: 'max_tokens_clamped', message: 'It was more than the model gives.' };
  const events: CallEvent[] = [];
  const model = createScriptedConverse([{ ...reply('Granite.'), warnings: [warning] }], { target });
  const validate = () => ({ reason: 'never good enough' });
  await model.converse(request, { onEvent: (event) => events.push(event), validate });
  expect(events).toEqual([
    { type: 'attempt', target, attempt: 1 },
    { type: 'warning', warning },
  ]);
  expect(model.calls[0]?.options.validate).toBe(validate);
});
