import { bundledSnapshot, createCatalog, isCatalogError } from '@outcrop/model-catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const catalog = createCatalog();
const { models } = catalog;

function idOf(name: string): string {
  try {
    return catalog.model(name).id;
  } catch (error) {
    if (!isCatalogError(error)) throw error;
    return `${error.code}: ${error.nearest.map((each) => each.name).join(', ')}`;
  }
}

test.each(models.map((model) => [model.name, model]))('%s answers to all its names and ids', (_, model) => {
  const { id, name, provider, alsoCalled = [], profiles } = model;
  const names = [name, `${provider} ${name}`, ...alsoCalled, ...alsoCalled.map((each) => `${provider} ${each}`)];
  const ids = [id, ...profiles.map((profile) => profile.id)];
  const arns = [
    `arn:aws:bedrock:us-east-1::foundation-model/${id}`,
    ...profiles.map((profile) => `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${profile.id}`),
  ];
  const forms = [
    ...names,
    ...names.map((each) => each.toUpperCase()),
    ...names.map((each) => each.replaceAll(/[ .-]/g, '_')),
    ...names.map((each) => `  ${each} `),
    ...ids,
    ...ids.map((each) => `bedrock:${each}`),
    ...ids.map((each) => each.toUpperCase()),
    ...arns,
  ];
  expect(forms.filter((form) => idOf(form) !== id)).toEqual([]);
});

test('no two models share a name, in any spelling', () => {
  const owners = new Map<string, Set<string>>();
  for (const { id, name, alsoCalled = [], profiles } of models) {
    for (const each of [id, name, ...alsoCalled, ...profiles.map((profile) => profile.id)]) {
      const key = each
        .toLowerCase()
        .replaceAll('+', 'plus')
        .replaceAll(/[^a-z\d]/g, '');
      owners.set(key, (owners.get(key) ?? new Set()).add(id));
    }
  }
  expect([...owners].filter(([, ids]) => ids.size > 1)).toEqual([]);
});

// Names and ids in the documents that Outcrop was made after.
test.each([
  ['Claude 3 Haiku', 'anthropic.claude-3-haiku-20240307-v1:0'],
  ['Claude 3 Sonnet', 'anthropic.claude-3-sonnet-20240229-v1:0'],
  ['Claude 3 Opus', 'anthropic.claude-3-opus-20240229-v1:0'],
  ['Claude 3.5 Sonnet', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
  ['Claude 3.5 Haiku', 'anthropic.claude-3-5-haiku-20241022-v1:0'],
  ['Claude 4 Opus', 'anthropic.claude-opus-4-20250514-v1:0'],
  ['Nova Micro', 'amazon.nova-micro-v1:0'],
  ['Nova Lite', 'amazon.nova-lite-v1:0'],
  ['Nova Pro', 'amazon.nova-pro-v1:0'],
  ['claude-3-sonnet', 'anthropic.claude-3-sonnet-20240229-v1:0'],
  ['us.anthropic.claude-3-5-sonnet-20240620-v1:0', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
  ['us.anthropic.claude-3-sonnet-20240229-v1:0', 'anthropic.claude-3-sonnet-20240229-v1:0'],
  ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 'anthropic.claude-3-5-haiku-20241022-v1:0'],
  ['us.anthropic.claude-opus-4-20250514-v1:0', 'anthropic.claude-opus-4-20250514-v1:0'],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
  ['meta.llama3-1-70b-instruct-v1:0', 'meta.llama3-1-70b-instruct-v1:0'],
  ['meta.llama3-1-8b-instruct-v1:0', 'meta.llama3-1-8b-instruct-v1:0'],
  ['meta.llama3-2-3b-instruct-v1:0', 'meta.llama3-2-3b-instruct-v1:0'],
  ['meta.llama3-2-1b-instruct-v1:0', 'meta.llama3-2-1b-instruct-v1:0'],
  ['amazon.titan-text-premier-v1:0', 'amazon.titan-text-premier-v1:0'],
  ['amazon.titan-text-express-v1', 'amazon.titan-text-express-v1'],
])('%s is the model that its seed meant', (name, id) => {
  expect(idOf(name)).toBe(id);
});

describe('a name is never taken for another version', () => {
  test.each([
    ['claude-3.5-sonnet', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
    ['Anthropic Claude 3.5 Sonnet', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
    ['anthropic/claude-sonnet-4.5', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['Claude Sonnet 4', 'anthropic.claude-sonnet-4-20250514-v1:0'],
    ['Claude Sonnet 4.0', 'anthropic.claude-sonnet-4-20250514-v1:0'],
    ['Claude Opus 4.1', 'anthropic.claude-opus-4-1-20250805-v1:0'],
    ['Claude 3.5 Sonnet v2', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
    ['Sonnet 5.5', 'anthropic.claude-sonnet-5-5'],
    ['Llama 3.1 70B', 'meta.llama3-1-70b-instruct-v1:0'],
    ['Llama 3 70B', 'meta.llama3-70b-instruct-v1:0'],
    ['Command R+', 'cohere.command-r-plus-v1:0'],
    ['Command R', 'cohere.command-r-v1:0'],
    ['Nova 2 Lite', 'amazon.nova-2-lite-v1:0'],
    ['Mistral Large 2', 'mistral.mistral-large-2407-v1:0'],
    ['mistral.mistral-large-2402-v1:0:32k', 'mistral.mistral-large-2402-v1:0'],
  ])('%s', (name, id) => {
    expect(idOf(name)).toBe(id);
  });

  test.each([
    ['Claude Sonnet 4.7', /^unknown_model: .*Claude Sonnet 4\.6/],
    ['Claude Sonnet 45', /^unknown_model: Claude Sonnet 4/],
    ['Claude Haiku 4', /^unknown_model: Claude Haiku 4\.5, /],
    ['Claude 9', /^unknown_model/],
    ['Llama 3.1 71B Instruct', /^unknown_model: Llama 3\.1 70B Instruct, /],
    ['Claude', /^ambiguous_model: .*Claude Haiku 4\.5.*Claude Opus 5\.5/],
    ['Claude Sonnet', /^ambiguous_model: Claude 3\.5 Sonnet.*Claude Sonnet 5\.5$/],
    ['Mistral Large', /^ambiguous_model/],
    ['Nova', /^ambiguous_model/],
    ['us.anthropic.claude-haiku-9-v1:0', /^unknown_model: Claude Haiku/],
    ['au.amazon.nova-lite-v1:0', /^unknown_model: Nova Lite/],
    ['gpt-4o', /^unknown_model/],
    ['', /^unknown_model: $/],
    ['  ', /^unknown_model: $/],
    ['__proto__', /^unknown_model/],
    ['constructor', /^unknown_model/],
    ['花崗岩', /^unknown_model: $/],
  ])("'%s' is refused", (name, refusal) => {
    expect(idOf(name)).toMatch(refusal);
  });
});

test('an unknown name is an error with the nearest names and where they are', () => {
  let caught: unknown;
  try {
    catalog.model('Llama 3.1 8B Instrukt');
  } catch (error) {
    caught = error;
  }
  expect(isCatalogError(caught) && { ...caught, message: caught.message }).toEqual({
    code: 'unknown_model',
    asked: 'Llama 3.1 8B Instrukt',
    region: undefined,
    regions: [],
    nearest: [
      { name: 'Llama 3.1 8B Instruct', regions: ['us-east-1', 'us-east-2', 'us-west-2'] },
      { name: 'Llama 3.1 70B Instruct', regions: ['us-east-1', 'us-east-2', 'us-west-2'] },
      { name: 'Llama 3.2 1B Instruct', regions: expect.any(Array) },
      { name: 'Llama 3.2 3B Instruct', regions: expect.any(Array) },
      expect.anything(),
    ],
    message: expect.stringContaining("No model is called 'Llama 3.1 8B Instrukt'. Nearest: Llama 3.1 8B Instruct ("),
  });
});

test.each(models.map((model) => [model.name, model]))('the first question to a catalog may be for %s', (_, model) => {
  for (const name of [model.id, model.name, ...model.profiles.map(({ id }) => id)]) {
    const asked = createCatalog();
    expect(asked.model(name)).toBe(model);
    expect(asked.model(` ${name.toUpperCase()} `)).toBe(model);
  }
});

test('no text makes the look-up anything but find or refuse, nor repeats it at length', () => {
  const names = models.map(({ name }) => name);
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.tuple(fc.constantFrom(...names), fc.string({ maxLength: 4 })).map((parts) => parts.join('')),
    fc.constantFrom('-', ' ', 'claude ', 'a1', '\u{1F4A5}').map((each) => each.repeat(100_000)),
  );
  fc.assert(
    fc.property(text, (name) => {
      try {
        return bundledSnapshot().models.includes(catalog.model(name));
      } catch (error) {
        return isCatalogError(error) && error.message.length < 4_000 && error.asked.length <= 81;
      }
    }),
  );
});

test.each([[undefined], [null], [5], [{}]])('%s is no name: a TypeError that says so', (name) => {
  const given = name === null ? 'null' : typeof name;
  const wrong = new TypeError(`A model is named by a string, and ${given} was given.`);
  expect(() => catalog.model(name as never)).toThrow(wrong);
  expect(() => catalog.resolve(name as never, { region: 'us-east-1' })).toThrow(wrong);
});
