import { usageOf } from '@outcrop/converse';
import { bundledSnapshot, costOf, createCatalog, type Price } from '@outcrop/model-catalog';
import { describe, expect, test } from 'vitest';
import { choosePrices } from '../scripts/choose-price.ts';

const price: Price = {
  input: 1,
  output: 5,
  cacheRead: 0.1,
  cacheWrite5m: 1.25,
  cacheWrite1h: 2,
  long: { above: 200_000, input: 2, output: 7.5 },
  tiers: { flex: 0.5, priority: 1.75 },
  batch: { input: 0.5, output: 2.5 },
  source: 'test',
};
const million = 1_000_000;
const small = usageOf({ inputTokens: 100_000, outputTokens: 10_000 });

describe('what a call costs', () => {
  test.each([
    ['input and output', small, {}, { usd: 0.15, status: 'priced' }],
    ['nothing at all', usageOf({ inputTokens: 0, outputTokens: 0 }), {}, { usd: 0, status: 'priced' }],
    [
      'cache reads and writes come on top of inputTokens, which does not hold them',
      usageOf({ inputTokens: 10, outputTokens: 0, cacheReadInputTokens: 100_000, cacheWriteInputTokens: 20_000 }),
      {},
      { usd: 0.03501, status: 'priced' },
    ],
    [
      'writes for an hour have a price of their own',
      usageOf({
        inputTokens: 0,
        outputTokens: 0,
        cacheWriteInputTokens: 30_000,
        cacheDetails: [
          { ttl: '1h', inputTokens: 20_000 },
          { ttl: '5m', inputTokens: 10_000 },
        ],
      }),
      {},
      { usd: 0.0525, status: 'priced' },
    ],
    [
      'a prompt at the step is not above it',
      usageOf({ inputTokens: 200_000, outputTokens: 0 }),
      {},
      { usd: 0.2, status: 'priced' },
    ],
    [
      'above it all tokens cost more',
      usageOf({ inputTokens: 200_001, outputTokens: 1_000 }),
      {},
      { usd: 0.407502, status: 'priced' },
    ],
    [
      'cached tokens belong to the prompt; what they cost above the step is not known',
      usageOf({ inputTokens: 100_000, outputTokens: 0, cacheReadInputTokens: 150_000 }),
      {},
      { usd: 0.2, status: 'partial', reason: 'No price is known of cache reads.' },
    ],
    ['the flex tier', small, { serviceTier: 'flex' }, { usd: 0.075, status: 'priced' }],
    ['the priority tier', small, { serviceTier: 'priority' }, { usd: 0.2625, status: 'priced' }],
    [
      'a tier without a price',
      small,
      { serviceTier: 'reserved' },
      { usd: 0.15, status: 'partial', reason: 'The price is that of the default tier, as none is known of reserved.' },
    ],
    ['a batch', small, { batch: true }, { usd: 0.075, status: 'priced' }],
  ] as const)('%s', (_, usage, options, cost) => {
    expect(costOf(usage, { price }, options)).toEqual(cost);
  });

  test.each([
    ['no price', undefined, { usd: 0, status: 'no_price', reason: 'No price is known of this route.' }],
    ['zero', { input: 0, output: 0, source: 'test' }, { usd: 0, status: 'priced' }],
    [
      'input alone',
      { input: 1, source: 'test' },
      { usd: 0.1, status: 'partial', reason: 'No price is known of output tokens.' },
    ],
    [
      'queries',
      { other: { query: 0.001 }, source: 'test' },
      { usd: 0, status: 'no_price', reason: 'It is billed by query.' },
    ],
    [
      'another region',
      { input: 1, output: 5, basis: 'us-east-1', source: 'test' },
      {
        usd: 0.15,
        status: 'partial',
        reason: 'The price is that of us-east-1, as none is known of this region.',
      },
    ],
  ] as const)('where the price is of %s', (_, price, cost) => {
    expect(costOf(small, { price }, {})).toEqual(cost);
  });

  test('a batch without a price of its own', () => {
    const { batch: _, ...onDemand } = price;
    expect(costOf(small, { price: onDemand }, { batch: true })).toEqual({
      usd: 0.15,
      status: 'partial',
      reason: 'The price is that on demand, as none is known of a batch.',
    });
  });
});

describe('of real models', () => {
  const catalog = createCatalog();
  const usage = usageOf({ inputTokens: million, outputTokens: million });

  test.each([
    ['Claude Haiku 4.5', 'us-east-1', ['geo'], { usd: 6.6, status: 'priced' }],
    ['Claude Haiku 4.5', 'us-east-1', ['global'], { usd: 6, status: 'priced' }],
    ['Nova Lite', 'us-east-1', ['in_region'], { usd: 0.3, status: 'priced' }],
    ['Nova Lite', 'eu-central-1', ['geo'], { usd: 0.39, status: 'priced' }],
    [
      'Nova Lite',
      'eu-north-1',
      ['in_region'],
      { usd: 0.3, status: 'partial', reason: expect.stringContaining('us-east-1') },
    ],
    ['DeepSeek V3.2', 'eu-north-1', ['in_region'], { usd: 2.96, status: 'priced' }],
    ['GPT-6 Astra', 'us-east-1', ['geo'], { usd: 104.5, status: 'priced' }],
    ['Titan Text Embeddings V2', 'us-east-1', ['in_region'], { usd: 0.02, status: 'priced' }],
    ['Cohere Rerank 3.5', 'us-east-1', ['in_region'], { usd: 0, status: 'no_price', reason: 'It is billed by query.' }],
    [
      'Nova Sonic',
      'us-east-1',
      ['in_region'],
      { usd: 0.3, status: 'partial', reason: expect.stringContaining('audio') },
    ],
    ['Claude Sonnet 5.5', 'us-east-1', ['geo'], { usd: 0, status: 'no_price', reason: expect.anything() }],
  ] as const)('%s in %s, %s', (model, region, prefer, cost) => {
    expect(costOf(usage, catalog.resolve(model, { region, prefer }))).toEqual(cost);
  });

  test('no price is negative, and no long context is cheaper', () => {
    const prices = bundledSnapshot().models.flatMap(({ id, prices }) =>
      Object.entries(prices).map((each) => [id, ...each]),
    );
    const wrong = (prices as [string, string, Price][]).filter(
      ([, , { long, input = 0, output = 0 }]) =>
        input < 0 || output < 0 || (long && ((long.input ?? 0) < input || (long.output ?? 0) < output)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('prices of which sources disagree', () => {
  const sources = {
    new: { what: 'new', date: '2026-09-01' },
    old: { what: 'old', date: '2026-07-01' },
  };

  test.each<[string, Parameters<typeof choosePrices>[0], Record<string, Price>]>([
    [
      'the newer one counts',
      [
        { scope: 'geo:us', source: 'old', input: 1, output: 5 },
        { scope: 'geo:us', source: 'new', input: 2, output: 10 },
      ],
      { 'geo:us': { source: 'new', input: 2, output: 10 } },
    ],
    [
      'what it does not say comes from who agrees with it',
      [
        { scope: 'geo:us', source: 'new', input: 2, output: 10 },
        { scope: 'geo:us', source: 'old', input: 2, output: 10, cacheWrite1h: 4 },
        { scope: 'regional', source: 'old', input: 1, output: 5, cacheRead: 0.1 },
      ],
      {
        in_region: { source: 'old', input: 1, output: 5, cacheRead: 0.1 },
        'geo:us': { source: 'new', input: 2, output: 10, cacheWrite1h: 4 },
      },
    ],
    [
      'what is said of one region holds there, however old',
      [
        { scope: 'regional', source: 'new', input: 2, output: 10 },
        { scope: 'region:eu-west-2', source: 'old', input: 3, output: 12 },
      ],
      {
        in_region: { source: 'new', input: 2, output: 10 },
        'in_region:eu-west-2': { source: 'old', input: 3, output: 12 },
        'geo:us': { source: 'new', input: 2, output: 10 },
      },
    ],
    [
      'a list price is said of us-east-1, and counts there if it is newer',
      [
        { scope: 'listed', source: 'new', input: 4, output: 12 },
        { scope: 'region:us-east-1', source: 'old', input: 8, output: 24 },
      ],
      {
        in_region: { source: 'new', input: 4, output: 12, basis: 'us-east-1' },
        'in_region:us-east-1': { source: 'new', input: 4, output: 12 },
        'geo:us': { source: 'new', input: 4, output: 12, basis: 'in_region' },
      },
    ],
    [
      'a way of which nobody speaks takes another, and says so',
      [{ scope: 'listed', source: 'new', input: 2, output: 10 }],
      {
        in_region: { source: 'new', input: 2, output: 10, basis: 'us-east-1' },
        'geo:us': { source: 'new', input: 2, output: 10, basis: 'in_region' },
      },
    ],
  ])('%s', (_, entries, prices) => {
    expect(choosePrices(entries, ['us'], sources)).toEqual(prices);
  });
});
