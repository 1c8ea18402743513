import type { ConverseError } from '@outcrop/converse';
import { createEmulator } from '@outcrop/emulator';
import { afterAll, expect, test } from 'vitest';

const ours = { 'acme.granite-v1:0': { systemPrompt: false }, 'amazon.titan-text-premier-v1:0': {} };
const emulator = await createEmulator({ models: ours, respond: () => 'Granite.' });
afterAll(() => emulator.close());

const account = 'arn:aws:bedrock:us-east-1:123456789012';
const needsProfile = /^Invocation of model ID .* with on-demand throughput isn’t supported\./;
const invalid = /^The provided model identifier is invalid\.$/;

test.each<[id: string, region: string, RegExp | undefined]>([
  ['amazon.nova-lite-v1:0', 'us-east-1', undefined],
  ['amazon.nova-lite-v1:0', 'eu-west-1', needsProfile],
  ['amazon.nova-lite-v1:0', 'xx-nowhere-1', invalid],
  ['amazon.nova-lite-v1:0:24k', 'us-east-1', needsProfile],
  ['eu.amazon.nova-lite-v1:0', 'eu-west-1', undefined],
  ['eu.amazon.nova-lite-v1:0', 'us-east-1', invalid],
  ['us.amazon.nova-lite-v1:0', 'ca-central-1', invalid],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'ca-central-1', undefined],
  ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'sa-east-1', undefined],
  // Nobody says from where this one can be called, apart from its geography.
  ['apac.anthropic.claude-haiku-4-5-20251001-v1:0', 'ap-south-1', undefined],
  ['apac.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-east-1', invalid],
  // Nobody says where this one is.
  ['cohere.command-text-v14', 'us-east-1', undefined],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', 'us-east-1', undefined],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', 'us-east-2', invalid],
  [`${account}:inference-profile/us.amazon.nova-lite-v1:0`, 'us-east-1', undefined],
  [`${account}:inference-profile/eu.amazon.nova-lite-v1:0`, 'us-east-1', invalid],
  [`${account}:application-inference-profile/abc123`, 'us-east-1', undefined],
  [`${account}:provisioned-model/abc123`, 'us-east-1', undefined],
  [`${account}:custom-model-deployment/abc123`, 'us-east-1', undefined],
  [`${account}:imported-model/abc123`, 'us-east-1', undefined],
  [`${account}:imported-model/abc123`, 'eu-west-1', invalid],
  [`${account}:granite/abc123`, 'us-east-1', invalid],
  // The service knows ids, and no names.
  ['Nova Lite', 'us-east-1', invalid],
  ['AMAZON.NOVA-LITE-V1:0', 'us-east-1', invalid],
  ['', 'us-east-1', invalid],
  ['__proto__', 'us-east-1', invalid],
  ['acme.granite-v1:0', 'xx-nowhere-1', undefined],
])('%s in %s', async (id, region, refusal) => {
  const target = { model: id, id, region, route: 'in_region' };
  const call = emulator.connect(target).converse({ messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] });
  const message = await call.then(
    () => undefined,
    (error: ConverseError) => error.message,
  );
  expect(message).toEqual(refusal && expect.stringMatching(refusal));
});

test('knows of a model of yours what you say of it', async () => {
  const target = { model: 'Granite', id: 'acme.granite-v1:0', region: 'us-east-1', route: 'in_region' };
  const messages = [{ role: 'user' as const, content: [{ text: 'Which rock?' }] }];
  const call = emulator.connect(target).converse({ messages, system: [{ text: 'You know rocks.' }] });
  await expect(call).rejects.toMatchObject({ code: 'unsupported_feature', feature: 'system' });
});
