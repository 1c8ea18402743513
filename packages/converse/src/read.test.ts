import {
  type Citation,
  type ConverseResponse,
  citationsOf,
  type Message,
  reasoningOf,
  textOf,
  toolUsesOf,
} from '@outcrop/converse';
import { reply, toolCall } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';

const page: Citation = { title: 'Field guide', location: { documentPage: { documentIndex: 0, start: 3, end: 4 } } };
const web: Citation = { location: { web: { url: 'https://example.org/granite' } } };
const said = reply(
  { reasoningContent: { reasoningText: { text: 'Coarse, so ', signature: 'c2ln' } } },
  { reasoningContent: { redactedContent: Uint8Array.of(1) } },
  { reasoningContent: { reasoningText: { text: 'plutonic.' } } },
  'It is ',
  { citationsContent: { content: [{ text: 'granite' }, { text: ', surely' }], citations: [page, web] } },
  '.',
  { citationsContent: { citations: [page] } },
);

test('the text holds cited text too, and nothing that was only thought', () => {
  expect(textOf(said)).toBe('It is granite, surely.');
  expect(textOf(said, { join: '|' })).toBe('It is |granite, surely|.|');
  expect(textOf(said.output.message)).toBe('It is granite, surely.');
  expect(textOf(reply())).toBe('');
});

test('the thought is what may be read of it', () => {
  expect(reasoningOf(said)).toBe('Coarse, so plutonic.');
  expect(reasoningOf(reply('Granite.'))).toBe('');
});

test('the sources come in the order of the text', () => {
  expect(citationsOf(said)).toEqual([page, web, page]);
});

const call = toolCall('weather', { city: 'Bergen' });
const runnable = { toolUseId: 'tooluse_weather', name: 'weather', input: { city: 'Bergen' } };

test('tool calls are handed out of a reply, or of a message of the history', () => {
  const message: Message = { role: 'assistant', content: [{ text: 'Let me look.' }, call] };
  expect(toolUsesOf(reply('Let me look.', call))).toEqual([runnable]);
  expect(toolUsesOf(message)).toEqual([runnable]);
});

const { stopReason: _, ...broken } = reply(call);

test.each<[string, ConverseResponse | typeof broken | Message]>([
  ['one that the provider runs itself', reply({ toolUse: { ...runnable, type: 'server_tool_use' } })],
  ['one that is marked incomplete', { ...reply(call), incomplete: [{ contentIndex: 0, reason: 'no_start' }] }],
  ['one whose input is text', { role: 'assistant', content: [toolCall('weather', '{"city": "Ber')] }],
  ['one whose name never came', { role: 'assistant', content: [toolCall('', { city: 'Bergen' }, 'tooluse_1')] }],
  ['one whose id never came', { role: 'assistant', content: [toolCall('weather', { city: 'Bergen' }, '')] }],
  ['one whose input is a list', reply(toolCall('weather', ['Bergen']))],
  ['one of a reply that never ended', broken],
  ...[
    'max_tokens',
    'model_context_window_exceeded',
    'malformed_tool_use',
    'malformed_model_output',
    'content_filtered',
    'guardrail_intervened',
  ].map((stopReason): [string, ConverseResponse] => [
    `one of a reply that stopped with ${stopReason}`,
    { ...reply(call), stopReason },
  ]),
])('no tool call is handed out that should not be run: %s', (_, from) => {
  expect(toolUsesOf(from)).toEqual([]);
});
