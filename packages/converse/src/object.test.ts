import { type ConverseResponse, isConverseError, noUsage, parseObject } from '@outcrop/converse';
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

test.each([
  ['{"rock":"marble"}', ['rock']],
  ['{"rock":"basalt","layers":[{"depth":1},{}]}', ['layers.1']],
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
    details: [{ path: 'rocks.1', message: 'is no rock' }],
    message: 'The reply does not fit its schema: rocks.1: is no rock',
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
