import { messagesFrom } from '@outcrop/converse';
import { expect, test } from 'vitest';

test('strings become text blocks, leading system turns the system prompt', () => {
  expect(
    messagesFrom([
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: [{ text: 'Be kind.' }, { cachePoint: { type: 'default' } }] },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: [{ text: 'Hi' }] },
      { role: 'system', content: 'Now in French.' },
    ]),
  ).toEqual({
    system: [{ text: 'Be brief.' }, { text: 'Be kind.' }, { cachePoint: { type: 'default' } }],
    messages: [
      { role: 'user', content: [{ text: 'Hello' }] },
      { role: 'assistant', content: [{ text: 'Hi' }] },
      { role: 'system', content: [{ text: 'Now in French.' }] },
    ],
  });
});

test('without a system turn there is no system prompt', () => {
  expect(messagesFrom([{ role: 'user', content: ' as typed ' }])).toEqual({
    messages: [{ role: 'user', content: [{ text: ' as typed ' }] }],
  });
  expect(messagesFrom([])).toEqual({ messages: [] });
});

test('only a system prompt is a system prompt', () => {
  expect(messagesFrom([{ role: 'system', content: 'Be brief.' }])).toEqual({
    system: [{ text: 'Be brief.' }],
    messages: [],
  });
});

test('an image in the system prompt is refused by name', () => {
  const source = { bytes: new Uint8Array(1) };
  expect(() => messagesFrom([{ role: 'system', content: [{ image: { format: 'png', source } }] }])).toThrow(
    'A system prompt holds text, guardContent and cachePoint, not image: put it into a user turn.',
  );
});
