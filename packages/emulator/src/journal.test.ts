import { type ConverseRequest, textOf } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { type Answer, createEmulator, type EmulatorOptions, fault, replay, throttle } from '@outcrop/emulator';
import { expect, onTestFinished, test, vi } from 'vitest';

const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };

const throttled = {
  type: 'failed',
  error: { name: 'ThrottlingException', status: 429, message: 'Too many requests, please wait before trying again.' },
};
const half = eventsOf('Granite.').slice(0, 2);
const answered = { type: 'answered', reply: { output: { message: { content: [{ text: 'Granite.' }] } } } };

test.each<[string, Answer, ofReply: object, ofStream: object]>([
  ['an answer', 'Granite.', answered, answered],
  ['a list that is an answer', eventsOf('Granite.'), answered, answered],
  ['an error', throttle(), throttled, throttled],
  ['an error in a list', [...half, throttle()], throttled, { ...throttled, events: 2 }],
  ['a fault', fault('reset'), { type: 'broken', fault: 'reset' }, { type: 'broken', fault: 'reset' }],
  ['a fault in a list', [...half, fault('reset')], { fault: 'reset' }, { fault: 'reset', events: 2 }],
  ['what comes slowly', fault('slow_bytes', { ms: 0 }), { type: 'answered' }, { type: 'answered' }],
  ['a list that ends too early', half, { error: { name: 'ModelErrorException' } }, { fault: 'early_end', events: 2 }],
])('tells how a call ended: %s', async (_, answer, ofReply, ofStream) => {
  const { emulator, model } = await start();
  emulator.when().reply(answer, answer);
  await model.converse(asking('Which?')).catch(() => {});
  await model.converseStream(asking('Which?')).response.catch(() => {});
  expect(emulator.requests.map(({ outcome }) => outcome)).toMatchObject([ofReply, ofStream]);
});

test('tells who left, and after how many events', async () => {
  const { emulator, model } = await start();
  for await (const _ of model.converseStream(asking('1'))) break;
  await expect.poll(() => emulator.requests[0]?.outcome).toMatchObject({ type: 'left' });
});

test('a call is answered though the log throws, which is reported', async () => {
  const full = new Error('The disk is full.');
  const reported = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => reported.mockRestore());
  const { emulator, model } = await start({
    log() {
      throw full;
    },
  });
  emulator.when().reply('Granite.', 'Gneiss.');
  const texts = [await model.converse(asking('Which?')), await model.converseStream(asking('Which?')).response];
  expect(texts.map((reply) => textOf(reply))).toEqual(['Granite.', 'Gneiss.']);
  expect(reported.mock.calls.map(([, error]) => error)).toEqual([full, full]);
});

test('dumps lines that are replayed', async () => {
  const lines: string[] = [];
  const { emulator, model } = await start({
    log: (line) => void lines.push(line),
    wallNow: () => Date.UTC(2026, 10, 26),
  });
  emulator.when().reply('Granite.', throttle(), fault('reset'), fault('half_frame'), 'Gneiss.');
  const texts = ['1', '2', '3', '4', '1'];
  const seen: string[] = [];
  for (const text of texts) seen.push(await ask(model, text));
  expect(emulator.dump()).toBe(lines.map((line) => `${line}\n`).join(''));
  expect(JSON.parse(lines[1] ?? '')).toEqual({
    number: 2,
    at: '2026-11-26T00:00:00.000Z',
    requestId: emulator.requests[1]?.requestId,
    operation: 'Converse',
    modelId: target.id,
    region: 'us-east-1',
    request: asking('2'),
    error: { name: 'ThrottlingException', status: 429, message: 'Too many requests, please wait before trying again.' },
  });
  const again = await start({ respond: replay(emulator.dump()) });
  const replayed: string[] = [];
  for (const text of texts) replayed.push(await ask(again.model, text));
  expect(replayed).toEqual(seen);
});

test('forgets the oldest calls', async () => {
  const { emulator, model } = await start({ respond: () => 'Granite.' });
  for (let number = 1; number <= 1_005; number++) await model.converse(asking(String(number)));
  expect([emulator.requests.length, emulator.requests[0]?.number, emulator.requests.at(-1)?.number]).toEqual([
    1_000, 6, 1_005,
  ]);
});

test('forgets sooner what is large', async () => {
  const { emulator, model } = await start({ respond: () => 'Granite.' });
  const content = [{ text: 'Which?' }, { image: { format: 'png' as const, source: { bytes: pictureOf(3_000_000) } } }];
  for (let number = 1; number <= 25; number++) await model.converse({ messages: [{ role: 'user', content }] });
  expect([emulator.requests.length, emulator.requests.at(-1)?.number]).toEqual([21, 25]);
});

test('remembers no credentials', async () => {
  const { emulator } = await start();
  await fetch(`${emulator.url}/model/amazon.nova-lite-v1%3A0/converse`, {
    method: 'POST',
    headers: { authorization: 'Bearer bedrock-api-key-not-a-secret' },
    body: JSON.stringify(asking('Which?')),
  });
  expect(JSON.stringify(emulator.requests) + emulator.dump()).not.toContain('not-a-secret');
});

async function start(options: EmulatorOptions = {}) {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return { emulator, model: emulator.connect(target) };
}

function asking(text: string): ConverseRequest {
  return { messages: [{ role: 'user', content: [{ text }] }] };
}

async function ask(model: Awaited<ReturnType<typeof start>>['model'], text: string): Promise<string> {
  return model.converse(asking(text)).then(textOf, ({ code }) => code);
}

/** As many bytes as that, which begin like a picture. */
function pictureOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([137, 80, 78, 71, 13, 10, 26, 10]);
  return bytes;
}
