import { addUsage, noUsage, promptTokens, type TokenUsage, usageOf } from '@outcrop/converse';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const cached = usageOf({
  inputTokens: 10,
  outputTokens: 5,
  cacheReadInputTokens: 4000,
  cacheWriteInputTokens: 900,
  cacheDetails: [
    { ttl: '1h', inputTokens: 600 },
    { ttl: '5m', inputTokens: 300 },
  ],
});

test('the prompt is what was paid in full, what was read from the cache and what was written to it', () => {
  expect(promptTokens(cached)).toBe(4910);
  expect(cached.totalTokens).toBe(4915);
});

test('a sum has cache figures only if one of its parts has, by their time to live', () => {
  const plain = usageOf({ inputTokens: 1, outputTokens: 2 });
  expect(addUsage(plain, plain)).toEqual({ inputTokens: 2, outputTokens: 4, totalTokens: 6 });
  expect(addUsage(cached, plain, cached)).toEqual({
    inputTokens: 21,
    outputTokens: 12,
    totalTokens: 9833,
    cacheReadInputTokens: 8000,
    cacheWriteInputTokens: 1800,
    cacheDetails: [
      { ttl: '1h', inputTokens: 1200 },
      { ttl: '5m', inputTokens: 600 },
    ],
  });
});

test('adding up in any grouping gives the same sum, and changes none of the parts', () => {
  const tokens = fc.nat(1_000_000);
  const details = fc.array(fc.record({ ttl: fc.constantFrom('5m' as const, '1h' as const), inputTokens: tokens }));
  const parts = fc.record(
    { inputTokens: tokens, outputTokens: tokens, cacheReadInputTokens: tokens, cacheWriteInputTokens: tokens },
    { requiredKeys: ['inputTokens', 'outputTokens'] },
  );
  const usage = fc.tuple(parts, details).map(([part, cacheDetails]) => usageOf({ ...part, cacheDetails }));
  fc.assert(
    fc.property(fc.array(usage), fc.array(usage), (some, more) => {
      const before = structuredClone([some, more]);
      expect(byTtl(addUsage(addUsage(...some), addUsage(...more)))).toEqual(byTtl(addUsage(...some, ...more)));
      expect([some, more]).toEqual(before);
      expect(noUsage).toEqual({ inputTokens: 0, outputTokens: 0, totalTokens: 0 });
    }),
  );
});

function byTtl({ cacheDetails, ...usage }: TokenUsage) {
  return { ...usage, cacheDetails: cacheDetails?.toSorted((a, b) => a.ttl.localeCompare(b.ttl)) };
}
