import { type ConverseResponse, type Target, textOf } from '@outcrop/converse';
import { bedrockError, createEmulator, type Emulator } from '@outcrop/emulator';
import { createCatalog, refreshCatalog } from '@outcrop/model-catalog';
import type { BedrockService } from '@outcrop/providers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { question, target, ways } from './scene.ts';

const haiku = createCatalog().snapshot.models.find(({ id }) => id === 'anthropic.claude-haiku-4-5-20251001-v1:0');
const claude: Target = {
  model: 'Claude Haiku 4.5',
  id: `us.${haiku?.id}`,
  region: 'us-east-1',
  route: 'geo',
  api: 'invoke',
  quotaKey: 'haiku',
  traits: haiku?.traits ?? {},
};

describe.each(ways)('beside conversations, by %s', (_, create) => {
  let emulator: Emulator;
  let bedrock: BedrockService;

  beforeAll(async () => {
    emulator = await createEmulator({ guardrails: { granite: { words: ['granite'] } } });
    bedrock = create(emulator.url);
  });
  afterAll(async () => {
    await bedrock.close();
    await emulator.close();
  });

  test.each(['converse', 'invoke'] as const)('counts the tokens of a request, called by %s', async (api) => {
    const { inputTokens, exact } = await bedrock.countTokens({ ...claude, id: haiku?.id ?? '', api }, question);
    const { usage } = await bedrock.connect({ ...claude, api }).converse(question);
    expect({ inputTokens, exact }).toEqual({ inputTokens: usage.inputTokens, exact: true });
  });

  test('shows texts to a guardrail', async () => {
    const ask = (text: string) =>
      bedrock.applyGuardrail('eu-west-2', {
        guardrailIdentifier: 'granite',
        guardrailVersion: '1',
        source: 'INPUT',
        content: [{ text: { text } }],
      });
    expect(await ask('Is this basalt?')).toMatchObject({ action: 'NONE', outputs: [] });
    expect(await ask('Is this granite?')).toMatchObject({
      action: 'GUARDRAIL_INTERVENED',
      outputs: [{ text: expect.any(String) }],
      assessments: [{ wordPolicy: { customWords: [{ match: 'granite' }] } }],
    });
  });

  test('has the service check a conversation', async () => {
    const checked = await bedrock.invokeGuardrailChecks('eu-west-2', {
      messages: [{ role: 'user', content: [{ text: 'A story with violence.' }] }],
      checks: { contentFilter: { categories: [{ category: 'VIOLENCE' }, { category: 'HATE' }] } },
    });
    expect(checked.results).toMatchObject({
      contentFilter: { results: [{ category: 'VIOLENCE', severityScore: 1 }, { severityScore: 0 }] },
    });
  });

  test.each([
    ['Converse', 'converse'],
    ['InvokeModel', 'invoke'],
  ] as const)('has a guardrail look at what is asked by %s', async (_, api) => {
    const model = bedrock.connect({ ...claude, api });
    const guardrailConfig = { guardrailIdentifier: 'granite', guardrailVersion: '1', trace: 'enabled' } as const;
    const request = { messages: [{ role: 'user' as const, content: [{ text: 'Granite?' }] }], guardrailConfig };
    const blocked = (reply: ConverseResponse) => [reply.stopReason, textOf(reply)];
    const refusal = ['guardrail_intervened', 'Sorry, the model cannot answer this question.'];
    expect(blocked(await model.converse(request))).toEqual(refusal);
    expect(blocked(await model.converseStream(request).response)).toEqual(refusal);
    expect(emulator.requests.at(-1)?.request.guardrailConfig).toMatchObject(guardrailConfig);
  });

  test('lists the models of a region for the catalog', async () => {
    const { added, failures } = await refreshCatalog({ list: bedrock.listRegion, regions: ['eu-west-2'] });
    expect({ added, failures }).toEqual({ added: [], failures: [] });
    const { modelSummaries, inferenceProfileSummaries } = await bedrock.listRegion('eu-west-2');
    expect(modelSummaries.map(({ modelId }) => modelId)).toContain(target.id);
    expect(inferenceProfileSummaries.length).toBeGreaterThan(0);
  });

  test('says whether Bedrock would answer', async () => {
    expect(await bedrock.healthCheck()).toMatchObject({ available: true, credentials: 'accepted' });
    expect(await bedrock.isAvailable()).toBe(true);
  });
});

test('is available where only the calls are allowed, as far as anybody can know', async () => {
  await using emulator = await createEmulator({ respond: () => bedrockError('AccessDeniedException') });
  for (const [, create] of ways) {
    await using bedrock = create(emulator.url);
    await expect(bedrock.connect(target).converse(question)).rejects.toMatchObject({ code: 'access_denied' });
  }
});
