import { type ConverseError, type ConverseRequest, textOf } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { createEmulator, replay } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };
const asking = (text: string): ConverseRequest => ({ messages: [{ role: 'user', content: [{ text }] }] });
const line = (text: string, answer: object) => JSON.stringify({ request: asking(text), ...answer });

test('answers the same request alike, and others in their order', async () => {
  const ask = await replaying([
    line('Which?', { reply: reply('Granite.') }),
    line('Sure?', { error: { name: 'ThrottlingException', message: 'Too many.' } }),
    '',
    line('Which?', { reply: reply('Gneiss.') }),
    line('Really?', { events: eventsOf('Quartz.') }),
  ]);
  const texts = ['Sure?', 'Which?', 'Which?', 'Which?', 'Something else?'];
  const said: string[] = [];
  for (const text of texts) said.push(await ask(text));
  expect(said).toEqual(['throttled', 'Granite.', 'Gneiss.', 'Gneiss.', 'Quartz.']);
});

test('says that it holds no more', async () => {
  const ask = await replaying([line('Which?', { reply: reply('Granite.') })]);
  await ask('Which?');
  expect(await ask('Sure?')).toBe('internal');
});

test('knows a request whatever the order of its fields', async () => {
  const text =
    '{"reply":{"output":{"message":{"role":"assistant","content":[{"text":"Mica."}]}}},"request":{"messages":[{"content":[{"text":"Which?"}],"role":"user"}]}}';
  const ask = await replaying([line('Sure?', { fault: { fault: 'reset' } }), text]);
  expect(await ask('Which?')).toBe('Mica.');
});

test.each([
  ['{', 'it is not JSON.'],
  ['{}', 'This is not a request'],
  [line('Which?', {}), 'the line has to be a text, or an object with one of reply, events, error and fault.'],
  [line('Which?', { error: { name: 'GraniteException' } }), 'error.name has to be one of'],
  [line('Which?', { fault: { fault: 'granite' } }), 'the line.fault has to be one of'],
  [line('Which?', { reply: 'Granite.' }), 'the line.reply'],
  [line('Which?', { events: [{ granite: 1, mica: 2 }] }), 'the line.events[0]'],
])('names the line that it cannot read: %s', (text, reason) => {
  expect(() => replay([line('Which?', { reply: reply('Granite.') }), text])).toThrow(
    expect.objectContaining({
      name: 'TypeError',
      message: expect.stringContaining(`Line 2 of the recording cannot be replayed: `),
    }),
  );
  expect(() => replay(text)).toThrow(reason);
});

async function replaying(lines: string[]) {
  const emulator = await createEmulator({ respond: replay(lines) });
  onTestFinished(() => emulator.close());
  const model = emulator.connect(target);
  return (text: string) => model.converse(asking(text)).then(textOf, ({ code }: ConverseError) => code);
}
