import type { ConverseError } from '@outcrop/converse';
import { bedrockRules, createEmulator } from '@outcrop/emulator';
import { anything, asyncProperty, assert as check, constantFrom, record } from 'fast-check';
import { expect, test } from 'vitest';
import { addressCases } from './cases/addresses.ts';
import { cachingCases } from './cases/caching.ts';
import {
  assistant,
  type Case,
  fields,
  fromModel,
  haiku,
  nova,
  plain,
  reasoning,
  schema,
  text,
  tool,
  user,
} from './cases/case.ts';
import { conversationCases } from './cases/conversation.ts';
import { inferenceCases } from './cases/inference.ts';
import { mediaCases } from './cases/media.ts';
import { outputCases } from './cases/output.ts';
import { reasoningCases } from './cases/reasoning.ts';
import { settingCases } from './cases/settings.ts';
import { toolCases } from './cases/tools.ts';

const cases: readonly Case[] = [
  ...addressCases,
  ...conversationCases,
  ...toolCases,
  ...mediaCases,
  ...inferenceCases,
  ...cachingCases,
  ...reasoningCases,
  ...outputCases,
  ...settingCases,
];

test.each(cases)('$rule: refuses $says', async (one) => {
  const { name: awsName = 'ValidationException', code = 'invalid_request', says } = one;
  const error = await answered(one, 'refused').catch((error: ConverseError) => error);
  expect(error).toMatchObject({
    awsName,
    code,
    message: typeof says === 'string' ? says : expect.stringMatching(says),
  });
  await expect(answered(one, 'valid')).resolves.toMatchObject({ stopReason: expect.any(String) });
});

test('says it over the wire to the letter, by its own name', async () => {
  await using emulator = await createEmulator();
  const response = await fetch(`${emulator.url}/model/${encodeURIComponent(haiku)}/converse-stream`, {
    method: 'POST',
    body: JSON.stringify({ messages: [user(text), assistant(reasoning(), text), user(text)] }),
  });
  expect([response.status, response.headers.get('x-amzn-errortype'), await response.json()]).toEqual([
    400,
    'ValidationException',
    { message: fromModel('messages.1.content.0.thinking.signature: Field required') },
  ]);
});

test('each rule has a case, and a source', () => {
  const ids = bedrockRules.map(({ id }) => id).filter((id) => id !== 'end_of_life');
  expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(ids));
  expect(new Set(ids).size).toBe(ids.length);
  expect(bedrockRules.filter(({ source }) => source.length < 10)).toEqual([]);
});

test('refuses models from their end of life on, if dates are switched on', async () => {
  const target = { model: 'Jamba', id: 'ai21.jamba-1-5-large-v1:0', region: 'us-east-1', route: 'in_region' };
  let now = Date.parse('2026-11-25T23:59:59Z');
  await using emulator = await createEmulator({ lifecycle: true, wallNow: () => now, respond: () => 'Granite.' });
  await emulator.connect(target).converse(plain);
  now += 1_000;
  await expect(emulator.connect(target).converse(plain)).rejects.toMatchObject({
    code: 'model_retired',
    awsName: 'ResourceNotFoundException',
    status: 404,
  });
  await using timeless = await createEmulator({ wallNow: () => now, respond: () => 'Granite.' });
  await timeless.connect(target).converse(plain);
});

test('lenient, it answers all of that', async () => {
  await using emulator = await createEmulator({ lenient: true, respond: () => 'Granite.' });
  const target = { model: 'any', id: 'acme.granite-v9:0', region: 'xx-nowhere-1', route: 'in_region' };
  // What is no block at all cannot be read, and what is no version of a guardrail leads to none.
  const isAnswered = ({ rule, says }: Case) =>
    rule !== 'guardrail_version' && (rule !== 'known_block' || !String(says).includes('content\\.0'));
  for (const { refused } of cases.filter(isAnswered)) await emulator.connect(target).converse(refused);
  expect(emulator.requests.length).toBeGreaterThan(100);
});

test('never fails on a request, whatever it holds', async () => {
  await using emulator = await createEmulator({ respond: () => 'Granite.' });
  const some = anything({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value) ?? 'null'));
  const block = constantFrom('text', 'image', 'document', 'toolUse', 'toolResult', 'reasoningContent', 'cachePoint');
  const blocks = record({ kind: block, value: some }).map(({ kind, value }) => ({ [kind]: value }));
  const request = record(
    {
      messages: blocks.map((block) => [{ role: 'user', content: [text, block] }]),
      system: blocks.map((block) => [block]),
      toolConfig: record({ tools: some.map((json) => [tool({ inputSchema: { json } })]) }),
      additionalModelRequestFields: some,
      outputConfig: some.map((value) => schema(value as object).outputConfig),
      requestMetadata: some,
    },
    { requiredKeys: ['messages'] },
  );
  const property = asyncProperty(request, constantFrom(haiku, nova), async (request, id) => {
    const response = await fetch(`${emulator.url}/model/${encodeURIComponent(id)}/converse`, {
      method: 'POST',
      body: JSON.stringify(request),
    });
    const status = response.status;
    expect({ status, body: await response.text() }).toMatchObject({ status: expect.toBeOneOf([200, 400]) });
  });
  await check(property);
});

async function answered(one: Case, which: 'refused' | 'valid') {
  const { models, modelId = nova, validModelId = modelId, operation = 'converse', validOperation = operation } = one;
  // The traits of the model are known, and nothing else is.
  await using emulator = await createEmulator({ models, respond: () => 'Granite.' });
  const [id = '', region = 'us-east-1'] = (which === 'refused' ? modelId : validModelId).split(' ');
  const converse = emulator.connect({ model: id, id, region, route: 'in_region' });
  const call = which === 'refused' ? operation : validOperation;
  return call === 'converse' ? converse.converse(one[which]) : converse.converseStream(one[which]).response;
}

test('a budget for all thoughts between tool calls may be more than maxTokens', async () => {
  await using emulator = await createEmulator();
  const model = emulator.connect({ model: 'Claude Haiku 4.5', id: haiku, region: 'us-east-1', route: 'geo' });
  const betas = {
    anthropic_beta: ['interleaved-thinking-2025-05-14'],
    thinking: { type: 'enabled', budget_tokens: 9_000 },
  };
  const request = { ...fields(betas), inferenceConfig: { maxTokens: 4_000 } };
  await expect(model.converse(request)).rejects.toThrow(/must be greater than/);
  expect(await model.converse({ ...request, toolConfig: { tools: [tool()] } })).toMatchObject({
    stopReason: 'end_turn',
  });
});
