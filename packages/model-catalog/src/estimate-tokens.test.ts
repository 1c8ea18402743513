import type { ConverseRequest } from '@outcrop/converse';
import { estimateTokens } from '@outcrop/model-catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

function ask(...content: NonNullable<ConverseRequest['messages']>[number]['content']): ConverseRequest {
  return { messages: [{ role: 'user', content }] };
}

const granite =
  'Granite is a coarse-grained igneous rock composed mostly of quartz, alkali feldspar, and plagioclase. ' +
  'It forms from magma with a high content of silica that slowly cools and solidifies underground.';
const gneiss = '花岗岩是一种岩浆在地表以下凝结形成的火成岩，主要成分是长石和石英。';
const png = { image: { format: 'png' as const, source: { bytes: new Uint8Array(9) } } };

describe('about as many tokens as a tokenizer would say', () => {
  // The second figure is the count of GPT-4o's tokenizer, the third that of Claude 2's.
  test.each([
    ['English', granite, 40, 42],
    ['Chinese', gneiss, 31, 45],
  ])('%s', (_, text, gpt, claude) => {
    const { tokens, low, high } = estimateTokens(ask({ text }));
    const own = tokens - 4;
    expect([own > gpt * 0.6, own < claude * 1.5]).toEqual([true, true]);
    expect([low <= gpt + 4, high >= claude + 4]).toEqual([true, true]);
  });
});

test.each<[string, ConverseRequest, object]>([
  ['nothing', {}, { tokens: 0, low: 0, high: 0, guessed: [] }],
  ['an image', ask(png), { tokens: 1604, low: 164, high: 16004, guessed: ['image'] }],
  [
    'a PDF',
    ask({ document: { name: 'a', format: 'pdf', source: { bytes: new Uint8Array(100_000) } } }),
    { tokens: 5004, low: 504, high: 50004, guessed: ['document'] },
  ],
  ['a cache point', { system: [{ cachePoint: { type: 'default' } }] }, { tokens: 0, low: 0, high: 0, guessed: [] }],
  [
    'an image in a result',
    ask({ toolResult: { toolUseId: 'a', content: [png] } }),
    { tokens: 1604, low: 164, high: 16004, guessed: ['image'] },
  ],
])('%s', (_, request, estimate) => {
  expect(estimateTokens(request)).toEqual(estimate);
});

test('an image is no guess where it is known what one costs at most', () => {
  expect(estimateTokens(ask(png), { family: 'claude' })).toEqual({ tokens: 1604, low: 1604, high: 1604, guessed: [] });
});

test('a text file is the text that it holds', () => {
  const bytes = new TextEncoder().encode(granite);
  expect(estimateTokens(ask({ document: { name: 'a', format: 'txt', source: { bytes } } }))).toEqual(
    estimateTokens(ask({ text: granite })),
  );
});

test('every part of a request counts', () => {
  const parts: ConverseRequest[] = [
    { system: [{ text: granite }] },
    { toolConfig: { tools: [{ toolSpec: { name: 'dig', description: granite, inputSchema: { json: {} } } }] } },
    ask({ toolUse: { toolUseId: 'a', name: 'dig', input: { granite } } }),
    ask({ toolResult: { toolUseId: 'a', content: [{ json: { granite } }] } }),
    ask({ reasoningContent: { reasoningText: { text: granite, signature: 'abc' } } }),
    ask({ somethingNew: { granite } } as never),
  ];
  expect(parts.filter((request) => estimateTokens(request).tokens < 35)).toEqual([]);
});

test('more text is never fewer tokens, and the bounds hold the estimate', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const [less, more] = [estimateTokens(ask({ text: a })), estimateTokens(ask({ text: a + b }))];
      return less.tokens <= more.tokens + 1 && more.low <= more.tokens && more.tokens <= more.high;
    }),
  );
});
