import { expect, test } from 'vitest';
import { createDraft } from './draft.ts';

test.each([
  [['Granite?'], ['Granite?']],
  [
    ['one\\', 'two'],
    [undefined, 'one\ntwo'],
  ],
  [
    ['one\\', '', 'two'],
    [undefined, 'one\n', 'two'],
  ],
  [[''], ['']],
])('%j gives %j', (lines, expected) => {
  const draft = createDraft();
  expect(lines.map(draft.add)).toEqual(expected);
  expect(draft.isEmpty()).toBe(true);
});

test('the line breaks of a paste send nothing, and its backslashes stay', () => {
  const draft = createDraft();
  draft.startPaste();
  expect([draft.add('one'), draft.add('C:\\')]).toEqual([undefined, undefined]);
  draft.endPaste();
  expect(draft.add('three')).toBe('one\nC:\\\nthree');
});

test('what was begun can be given up', () => {
  const draft = createDraft();
  draft.add('one\\');
  expect(draft.isEmpty()).toBe(false);
  draft.clear();
  expect(draft.add('two')).toBe('two');
});
