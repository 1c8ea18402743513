import { expect, test } from 'vitest';
import { WrongUse } from '../failure.ts';
import { fillTemplate, namesIn, type Variables } from './template.ts';

test.each<[string, Variables, string]>([
  ['Translate {{text}}', { text: 'granite' }, 'Translate granite'],
  ['{{ text }} and {{text}}', { text: 'a' }, 'a and a'],
  ['{{user.name}}', { user: { name: 'Ada' } }, 'Ada'],
  ['{{user.name}}', { 'user.name': 'a column with a dot' }, 'a column with a dot'],
  ['{{n}} {{list}} {{flag}}', { n: 7, list: ['a', 1], flag: false }, '7 ["a",1] false'],
  ['{{text}}', { text: 'what {{other}} and $& and $1 mean' }, 'what {{other}} and $& and $1 mean'],
  ['{{empty}}.', { empty: '' }, '.'],
  ['{ {text} } {{}} {text}', { text: 'a' }, '{ {text} } {{}} {text}'],
])('%j with %j is %j', (template, variables, expected) => {
  expect(fillTemplate(template, variables)).toBe(expected);
});

test.each<[string, Variables, string]>([
  ['{{body}}', { id: 1, text: 'a' }, 'the template asks for {{body}}, and there is id, text.'],
  ['{{body}}', {}, 'the template asks for {{body}}, and there is nothing.'],
  ['{{text}}', { text: null }, 'the template asks for {{text}}, and there is text.'],
  ['{{constructor}}', {}, 'the template asks for {{constructor}}, and there is nothing.'],
  ['{{a.toString}}', { a: {} }, 'the template asks for {{a.toString}}, and there is a.'],
])('%j with %j is refused', (template, variables, message) => {
  expect(() => fillTemplate(template, variables)).toThrow(new WrongUse(message));
});

test('names come once, in their order', () => {
  expect(namesIn('{{b}} {{ a }} {{b}}')).toEqual(['b', 'a']);
});
