import {
  type ConverseResponse,
  isConverseError,
  type JsonSchema,
  noUsage,
  parseObject,
  type StandardSchema,
} from '@outcrop/converse';
import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';

const replyWith = (text: string, stopReason = 'end_turn'): ConverseResponse => ({
  output: { message: { role: 'assistant', content: [{ text }] } },
  stopReason,
  usage: noUsage,
  metrics: {},
});

const jsonSchema = {
  type: 'object',
  properties: { rock: { enum: ['granite', 'basalt'] }, layers: { type: 'array', items: { $ref: '#/$defs/layer' } } },
  required: ['rock'],
  additionalProperties: false,
  $defs: { layer: { type: 'object', properties: { depth: { type: 'number' } }, required: ['depth'] } },
};

const failure = async (promise: Promise<unknown>) => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!isConverseError(error) || error.code !== 'reply_rejected') throw error;
  return { reason: error.reason, details: error.details, message: error.message };
};

test('a reply that fits a JSON Schema is its value', async () => {
  const reply = replyWith('{"rock":"granite","layers":[{"depth":3.5}]}');
  expect(await parseObject(reply, jsonSchema)).toEqual({ rock: 'granite', layers: [{ depth: 3.5 }] });
});

test('a Standard Schema gives its own output, with its type', async () => {
  const schema = z.object({ found: z.string().transform((text) => new Date(text)) });
  const value = await parseObject(replyWith('{"found":"2026-11-20"}'), schema);
  expectTypeOf(value).toEqualTypeOf<{ found: Date }>();
  expect(value).toEqual({ found: new Date('2026-11-20') });
});

test('a number that JavaScript would make another one is the text of its digits', async () => {
  const reply = replyWith('{"order":12345678901234567890}');
  expect(await parseObject(reply, z.object({ order: z.coerce.bigint() }))).toEqual({ order: 12345678901234567890n });
  expect(await parseObject(reply, true)).toEqual({ order: '12345678901234567890' });
});

test('a schema that wants such a number as a number is told why it came as none', async () => {
  const schema = { properties: { order: { type: 'integer' } } };
  const { message } = await failure(parseObject(replyWith('{"order":12345678901234567890}'), schema));
  expect(message).toMatch(/Numbers too long for JavaScript were read as text: ask for those as strings$/);
});

test.each([
  ['{"rock":"marble"}', ['rock']],
  ['{"rock":"basalt","layers":[{"depth":1},{}]}', ['layers[1]']],
  ['[]', ['']],
])('%s does not fit, and the problem says where', async (text, paths) => {
  const { reason, details } = await failure(parseObject(replyWith(text), jsonSchema));
  expect(reason).toBe('schema_mismatch');
  expect((details as { path: string }[]).map(({ path }) => path)).toEqual(paths);
});

test('a Standard Schema says where too, asynchronous ones as well', async () => {
  const schema = z.object({ rocks: z.array(z.string().refine(async (rock) => rock !== 'cheese', 'is no rock')) });
  expect(await failure(parseObject(replyWith('{"rocks":["basalt","cheese"]}'), schema))).toEqual({
    reason: 'schema_mismatch',
    details: [{ path: 'rocks[1]', message: 'is no rock' }],
    message: 'The reply does not fit its schema: rocks[1]: is no rock',
  });
});

test('JSON that was cut and text that is none are told apart, and neither is quoted', async () => {
  expect(await failure(parseObject(replyWith('{"secret":"gra', 'max_tokens'), jsonSchema))).toMatchObject({
    reason: 'json_cut',
    message: 'The reply was cut (max_tokens) before its JSON ended: allow more tokens.',
  });
  expect(await failure(parseObject(replyWith('Sure! Here you go.'), jsonSchema))).toMatchObject({
    reason: 'no_json',
    message: 'The reply is no JSON (its stop reason is end_turn).',
  });
});

test.each<[name: string, text: string, schema: JsonSchema, message: string]>([
  ['a number', '4111111111111111', { maximum: 3 }, 'The number is greater than 3.'],
  ['a negative number', '-4.5e-7', { multipleOf: 2 }, 'The number is not a multiple of 2.'],
  ['a key', '{"Ada is ill":1}', { additionalProperties: false }, '*: Nothing is allowed here.'],
  [
    'a key in the middle',
    '{"a":{"Ada is ill":[1]}}',
    { properties: { a: { additionalProperties: { items: { type: 'null' } } } } },
    'a.*[0]: Instance type "number" is invalid. Expected "null".',
  ],
  ['a key by its pattern', '{"Ada is ill":1}', { patternProperties: { '^A': false } }, '*: Nothing is allowed here.'],
  ['the name of a key', '{"Ada is ill":1}', { propertyNames: { maxLength: 3 } }, '*: String is too long (10 > 3).'],
  ['what no keyword saw', '{"Ada is ill":1}', { unevaluatedProperties: false }, '*: Nothing is allowed here.'],
])('the error quotes nothing of the reply: %s', async (_, text, schema, message) => {
  const { message: whole } = await failure(parseObject(replyWith(text), schema));
  expect(whole).toBe(`The reply does not fit its schema: ${message}`);
});

test('an error names at most 20 problems, however long the reply is', async () => {
  const text = JSON.stringify(Array.from({ length: 1000 }, () => 'x'));
  const { details, message } = await failure(parseObject(replyWith(text), { items: { type: 'number' } }));
  expect(details).toHaveLength(20);
  expect(message).toMatch(/\[19\]: Instance type "string" is invalid\. Expected "number"\. \(and 980 more\)$/);
});

const nested = {
  $ref: '#/$defs/list',
  $defs: { list: { anyOf: [{ type: 'array', items: { allOf: [{ $ref: '#/$defs/list' }] } }, { type: 'null' }] } },
};

test.each<[name: string, text: string, schema: JsonSchema | StandardSchema]>([
  ['nested too deeply', '['.repeat(20_000) + ']'.repeat(20_000), nested],
  ['nested too deeply, for a Standard Schema', '['.repeat(20_000) + ']'.repeat(20_000), z.array(z.json())],
  ['with half a character as a key', String.raw`{"\ud800":1}`, { additionalProperties: { type: 'string' } }],
])('a hostile reply is rejected like any other: %s', async (_, text, schema) => {
  const { reason } = await failure(parseObject(replyWith(text), schema as JsonSchema));
  expect(reason).toBe('unsound_json');
});

test('a recursive schema takes what is nested as deeply as JSON may be', async () => {
  const text = '['.repeat(100) + ']'.repeat(100);
  expect(JSON.stringify(await parseObject(replyWith(text), nested))).toBe(text);
});

test('what every object inherits is no field of a reply', async () => {
  const schema = JSON.parse('{"properties":{"constructor":{"type":"string"}},"required":["__proto__","toString"]}');
  const { details } = await failure(parseObject(replyWith('{}'), schema));
  expect(details).toHaveLength(2);
  const reply = replyWith('{"__proto__":1,"toString":2}');
  expect(Object.entries((await parseObject(reply, schema)) as object)).toEqual([
    ['__proto__', 1],
    ['toString', 2],
  ]);
});

test('the schema is not written to', async () => {
  const layer = Object.freeze({ type: 'number' });
  const schema = Object.freeze({ $ref: '#/$defs/layer', $defs: Object.freeze({ layer }) });
  expect(await parseObject(replyWith('1'), schema)).toBe(1);
  const plain = { type: 'number' };
  await parseObject(replyWith('1'), plain);
  expect(Object.getOwnPropertyNames(plain)).toEqual(['type']);
});

test.each<[name: string, schema: JsonSchema]>([
  ['a reference that leads nowhere', { $ref: '#/$defs/rock' }],
  ['a reference to itself', { $ref: '#' }],
  ['a pattern that is none', { pattern: '(' }],
])('a wrong schema is the fault of who wrote it, not of the reply: %s', async (_, schema) => {
  const parsing = parseObject(replyWith('"x"'), schema);
  await expect(parsing).rejects.toThrow(TypeError);
  await expect(parsing).rejects.toThrow(/^The JSON Schema can't be used: /);
});
