import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';

test('cuts a reply as Bedrock does', () => {
  const said = reply('Let me look.', toolCall('weather', { city: 'Bergen' }));
  expect(eventsOf(said, { pieceLength: 10 })).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Let me loo' } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'k.' } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    {
      contentBlockStart: {
        contentBlockIndex: 1,
        start: { toolUse: { toolUseId: 'tooluse_weather', name: 'weather' } },
      },
    },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '{"city":"B' } } } },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: 'ergen"}' } } } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: 'tool_use' } },
    { metadata: { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 }, metrics: { latencyMs: 1 } } },
  ]);
});

test('never cuts a character in two', () => {
  const pieces = eventsOf('🪨🌋', { pieceLength: 1 }).flatMap((event) => event.contentBlockDelta?.delta.text ?? []);
  expect(pieces).toEqual(['🪨', '🌋']);
});

test.each([0, -1, Number.NaN])('refuses to cut into pieces of %s characters', (pieceLength) => {
  expect(() => eventsOf('Granite.', { pieceLength })).toThrow(RangeError);
});
