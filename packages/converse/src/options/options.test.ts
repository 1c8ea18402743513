import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  aFlag,
  aFunction,
  aListOf,
  aNumber,
  anObject,
  aText,
  aWholeNumber,
  oneOf,
  optionProblems,
  required,
} from './index.ts';

const checks = {
  name: required(aText),
  depthM: aNumber(0, 100),
  order: oneOf(['fixed', 'rotating']),
  layers: aListOf(aText),
  log: anObject('info', 'warn'),
  isOpen: aFlag,
  onEvent: aFunction,
  retry: { maxRetries: aWholeNumber(0), delayMs: aNumber(0) },
};

test.each<[what: string, options: unknown, problems: string[]]>([
  ['nothing', undefined, [': It has to be an object of options, and it is missing.']],
  ['a list', [1], [': It has to be an object of options, and it is a list.']],
  ['none', {}, ['name: It has to be a text that is not blank, and it is missing.']],
  ['a blank text', { name: ' ' }, ['name: It has to be a text that is not blank, and it is " ".']],
  ['NaN', { name: 'a', depthM: Number.NaN }, ['depthM: It has to be a number from 0 to 100, and it is NaN.']],
  ['too much', { name: 'a', depthM: 101 }, ['depthM: It has to be a number from 0 to 100, and it is 101.']],
  ['no such word', { name: 'a', order: 'fxed' }, ['order: It has to be one of fixed, rotating, and it is "fxed".']],
  ['no list', { name: 'a', layers: 'x' }, ['layers: It has to be a list, and it is "x".']],
  [
    'a list of others',
    { name: 'a', layers: ['x', 7] },
    ['layers: It has to be a list, of which each part is a text that is not blank, and it is a list.'],
  ],
  [
    'half an object',
    { name: 'a', log: { info() {} } },
    ['log: It has to be an object with info, warn, and it is an object.'],
  ],
  [
    'a Promise',
    { name: 'a', log: Promise.resolve() },
    ['log: It has to be an object with info, warn, and it is a Promise: an await was forgotten.'],
  ],
  ['a word for a flag', { name: 'a', isOpen: 'yes' }, ['isOpen: It has to be true or false, and it is "yes".']],
  ['null', { name: 'a', onEvent: null }, ['onEvent: It has to be a function, and it is null.']],
  [
    'all of it, at once',
    { retry: { maxRetries: 0.5, delayMs: -1 } },
    [
      'name: It has to be a text that is not blank, and it is missing.',
      'retry.maxRetries: It has to be a whole number from 0 on, and it is 0.5.',
      'retry.delayMs: It has to be a number from 0 on, and it is -1.',
    ],
  ],
  ['a group that is none', { name: 'a', retry: 3 }, ['retry: It has to be an object of options, and it is 3.']],
  ['a misspelt name', { name: 'a', depht_m: 3 }, ['depht_m: There is no such option. Is it depthM?']],
  [
    'one of a group',
    { name: 'a', retry: { max_retries: 3 } },
    ['retry.max_retries: There is no such option. Is it maxRetries?'],
  ],
  [
    'a foreign one of a group',
    { name: 'a', retry: { times: 3 } },
    ['retry.times: There is no such option. There are: maxRetries, delayMs.'],
  ],
  ['a foreign one at the top, such as of a clock that was spread', { name: 'a', advance: 3 }, []],
  ['a misspelt one beside the right one', { name: 'a', names: ['a'] }, ['names: There is no such option. Is it name?']],
  ['nothing wrong', { name: 'a', depthM: undefined, layers: [], retry: {} }, []],
])('%s', (_, options, problems) => {
  expect(optionProblems(options, checks).map(({ path, message }) => `${path}: ${message}`)).toEqual(problems);
});

test('it shows no text that may be a key of AWS', () => {
  const [problem] = optionProblems({ name: 'a', layers: 'AKIA'.repeat(5) }, checks);
  expect(problem?.message).toBe('It has to be a list, and it is a longer text.');
});

test('whatever comes, it finds problems and throws none', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (junk) => {
      for (const options of [junk, { name: junk, retry: junk, log: junk, layers: [junk] }]) {
        for (const { path, message } of optionProblems(options, checks))
          expect([typeof path, message]).not.toContain('');
      }
    }),
  );
});
