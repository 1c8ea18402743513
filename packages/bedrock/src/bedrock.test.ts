import { bedrock } from '@outcrop/bedrock';
import { expect, test } from 'vitest';

test('says its name', () => {
  expect(bedrock()).toBe('bedrock');
});
