import { providers } from '@outcrop/providers';
import { expect, test } from 'vitest';

test('says its name', () => {
  expect(providers()).toBe('providers');
});
