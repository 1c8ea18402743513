import { adviceFor, ConverseError } from '@outcrop/converse';
import { expect, test } from 'vitest';

test.each([
  ['first_event', 'yes'],
  ['idle', 'yes'],
  ['model', 'yes'],
  ['total', 'no'],
] as const)('a %s deadline that passed leaves another target: %s', (phase, elsewhere) => {
  expect(adviceFor(new ConverseError('timeout', 'Too late.', { phase }))).toMatchObject({ elsewhere });
});

test('nothing is tried again after the total deadline', () => {
  expect(adviceFor(new ConverseError('timeout', 'Too late.', { phase: 'total' })).here).toBe('no');
});
