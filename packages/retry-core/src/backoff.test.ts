import { type Backoff, decorrelatedJitter, equalJitter, fullJitter, noJitter } from '@outcrop/retry-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const range = { baseMs: 100, maxMs: 1_000 };

test.each<[name: string, backoff: Backoff, least: number[], most: number[]]>([
  ['noJitter', noJitter(range), [100, 200, 400, 800, 1_000], [100, 200, 400, 800, 1_000]],
  ['fullJitter', fullJitter(range), [0, 0, 0, 0, 0], [100, 200, 400, 800, 1_000]],
  ['equalJitter', equalJitter(range), [50, 100, 200, 400, 500], [100, 200, 400, 800, 1_000]],
  ['decorrelatedJitter', decorrelatedJitter(range), [100, 100, 100, 100, 100], [300, 900, 1_000, 1_000, 1_000]],
])('%s waits between its bounds', (_, backoff, least, most) => {
  expect(waits(backoff, 0)).toEqual(least);
  expect(waits(backoff, 1)).toEqual(most);
});

test('no wait is longer than the longest, or negative', () => {
  const backoffs = [noJitter, fullJitter, equalJitter, decorrelatedJitter];
  fc.assert(
    fc.property(
      fc.constantFrom(...backoffs),
      fc.integer({ min: 1, max: 5_000 }),
      fc.nat(1e6),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (make, attempt, previousMs, chance) => {
        const waitMs = make(range)({ attempt, previousMs, random: () => chance });
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(1_000);
      },
    ),
  );
});

test('a range that is none is a mistake', () => {
  for (const make of [noJitter, fullJitter, equalJitter, decorrelatedJitter]) {
    expect(() => make({ baseMs: Number.NaN })).toThrow(new RangeError('baseMs is NaN, but has to be 0 or more.'));
    expect(() => make({ maxMs: -1 })).toThrow(new RangeError('maxMs is -1, but has to be 0 or more.'));
  }
});

test('a base of nothing waits for nothing, however often', () => {
  expect(noJitter({ baseMs: 0 })({ attempt: 5_000, previousMs: 0, random: () => 0 })).toBe(0);
});

function waits(backoff: Backoff, chance: number): number[] {
  let previousMs = 0;
  return [1, 2, 3, 4, 5].map((attempt) => {
    previousMs = backoff({ attempt, previousMs, random: () => chance });
    return previousMs;
  });
}
