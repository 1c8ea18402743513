import { expect, test } from 'vitest';
import { amount, dollars, duration } from './figures.ts';

test.each([
  [0, '$0'],
  [0.0000297, '$0.000030'],
  [0.00042, '$0.00042'],
  [0.0421, '$0.04'],
  [12.345, '$12.35'],
])('%d USD is %s', (usd, text) => expect(dollars(usd)).toBe(text));

test.each([
  [0, '0'],
  [9_999, '9,999'],
  [10_000, '10 k'],
  [64_000, '64 k'],
  [12_345, '12.3 k'],
  [999_499, '999 k'],
  [999_500, '1 M'],
  [1_048_576, '1 M'],
  [123_456_789, '123 M'],
])('%d is %s', (count, text) => expect(amount(count)).toBe(text));

test.each([
  [0, '0 ms'],
  [99, '99 ms'],
  [100, '0.1 s'],
  [9_940, '9.9 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_599_600, '1 h 0 min'],
  [7_500_000, '2 h 5 min'],
])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
