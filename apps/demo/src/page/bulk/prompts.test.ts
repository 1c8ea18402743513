import { expect, test } from 'vitest';
import { promptsIn } from './prompts.ts';

test('prompts are lines, or fields of JSON lines', () => {
  const text = 'Granite?\r\n\n  Gneiss? \n{"id":1,"prompt":"Basalt?"}\n{"text":"Marble?"}\n{ no JSON';
  expect(promptsIn(text)).toEqual(['Granite?', 'Gneiss?', 'Basalt?', 'Marble?', '{ no JSON']);
});
