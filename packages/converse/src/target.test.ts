import { type ModelTraits, withTraits } from '@outcrop/converse';
import { expect, test } from 'vitest';

const claude: ModelTraits = {
  family: 'claude',
  systemPrompt: true,
  tools: { supported: true, choices: ['auto', 'any', 'tool'] },
  limits: { contextTokens: 200_000, outputBurndown: 5 },
};

test.each<[string, ModelTraits, ModelTraits]>([
  ['a field', { systemPrompt: false }, { ...claude, systemPrompt: false }],
  ['a field of a group', { tools: { strict: false } }, { ...claude, tools: { ...claude.tools, strict: false } }],
  [
    'a list, as a whole',
    { tools: { choices: ['auto'] } },
    { ...claude, tools: { supported: true, choices: ['auto'] } },
  ],
  ['a group that was not there', { caching: { supported: true } }, { ...claude, caching: { supported: true } }],
  ['a field that becomes unknown again', { systemPrompt: undefined }, { ...claude, systemPrompt: undefined }],
  ['a group that becomes unknown again', { tools: undefined }, { ...claude, tools: undefined }],
])('corrects %s and leaves the given traits alone', (_, patch, corrected) => {
  const before = structuredClone(claude);
  expect(withTraits(claude, patch)).toStrictEqual(corrected);
  expect(claude).toEqual(before);
});
