import { hello } from '@outcrop/converse';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('says hello whatever happens', () => {
  fc.assert(fc.property(fc.integer(), (n) => hello + n === n + 1));
  expect(hello).toBe(1);
});
