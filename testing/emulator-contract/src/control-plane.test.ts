import {
  BedrockClient,
  GetFoundationModelAvailabilityCommand,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
  paginateListInferenceProfiles,
} from '@aws-sdk/client-bedrock';
import { createEmulator } from '@outcrop/emulator';
import { createCatalog, type ListRegion, refreshCatalog } from '@outcrop/model-catalog';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, describe, expect, test } from 'vitest';

const emulator = await createEmulator();
afterAll(() => emulator.close());

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
const clientOf = (region: string, config = {}) =>
  new BedrockClient({ endpoint: emulator.url, region, credentials, maxAttempts: 1, ...config });

describe.each([
  ['HTTP/1.1', new NodeHttpHandler()],
  ['HTTP/2', new NodeHttp2Handler()],
])('over %s', (_, requestHandler) => {
  const client = clientOf('us-east-1', { requestHandler });

  test('lists the models of a region, with their dates', async () => {
    const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand());
    expect(modelSummaries.find(({ modelId }) => modelId === 'amazon.nova-lite-v1:0')).toEqual({
      modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
      modelId: 'amazon.nova-lite-v1:0',
      modelName: 'Nova Lite',
      providerName: 'Amazon',
      inputModalities: ['TEXT', 'IMAGE', 'VIDEO'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
      customizationsSupported: [],
      inferenceTypesSupported: ['ON_DEMAND', 'INFERENCE_PROFILE'],
      modelLifecycle: { status: 'ACTIVE', startOfLifeTime: expect.any(Date) },
    });
    const ids = modelSummaries.map(({ modelId }) => modelId);
    expect(new Set(ids).size).toBe(ids.length);
    // Retired everywhere, and served by the other endpoint only.
    for (const id of ['anthropic.claude-v2', 'xai.grok-4.3']) expect(ids).not.toContain(id);
  });

  test.each([
    [{ byProvider: 'anthropic' }, (each: Summary) => each.providerName === 'Anthropic'],
    [{ byOutputModality: 'EMBEDDING' as const }, (each: Summary) => each.outputModalities?.includes('EMBEDDING')],
    [{ byInferenceType: 'ON_DEMAND' as const }, (each: Summary) => each.inferenceTypesSupported?.includes('ON_DEMAND')],
    [{ byCustomizationType: 'FINE_TUNING' as const }, () => false],
  ])('lists those only that agree with %j', async (filter, agrees) => {
    const all = await client.send(new ListFoundationModelsCommand());
    const some = await client.send(new ListFoundationModelsCommand(filter));
    expect(some.modelSummaries).toEqual(all.modelSummaries?.filter(agrees));
  });

  test('refuses a filter that is none', async () => {
    const command = new ListFoundationModelsCommand({ byOutputModality: 'SMELL' as 'TEXT' });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value 'SMELL' at 'byOutputModality' failed to satisfy constraint: Member must satisfy enum value set: [TEXT, IMAGE, EMBEDDING]",
    });
  });

  test('says what a model is, and whether it can be called', async () => {
    const modelIdentifier = 'anthropic.claude-haiku-4-5-20251001-v1:0';
    const { modelDetails } = await client.send(new GetFoundationModelCommand({ modelIdentifier }));
    expect(modelDetails).toMatchObject({
      modelName: 'Claude Haiku 4.5',
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      modelLifecycle: { status: 'ACTIVE', startOfLifeTime: new Date('2025-10-16') },
    });
    const asked = new GetFoundationModelAvailabilityCommand({ modelId: modelIdentifier });
    const { $metadata: _, ...availability } = await client.send(asked);
    expect(availability).toEqual({
      modelId: modelIdentifier,
      agreementAvailability: { status: 'AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'AVAILABLE',
    });
  });

  test('lists the profiles of a region page by page, and one by its id and its ARN', async () => {
    const { inferenceProfileSummaries: all = [], nextToken } = await client.send(new ListInferenceProfilesCommand());
    expect(nextToken).toBeUndefined();
    const pages = paginateListInferenceProfiles({ client, pageSize: 7 }, { typeEquals: 'SYSTEM_DEFINED' });
    const paged = [];
    for await (const { inferenceProfileSummaries = [] } of pages) {
      expect(inferenceProfileSummaries.length).toBeLessThanOrEqual(7);
      paged.push(...inferenceProfileSummaries);
    }
    expect(paged).toEqual(all);

    const id = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
    const found = all.find((each) => each.inferenceProfileId === id);
    const model = 'foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0';
    expect(found).toMatchObject({
      inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${id}`,
      status: 'ACTIVE',
      type: 'SYSTEM_DEFINED',
    });
    expect(found?.models).toContainEqual({ modelArn: `arn:aws:bedrock:us-west-2::${model}` });
    const global = all.find((each) => each.inferenceProfileId === id.replace('us.', 'global.'));
    expect(global?.models).toEqual([
      { modelArn: `arn:aws:bedrock:us-east-1::${model}` },
      { modelArn: `arn:aws:bedrock:::${model}` },
    ]);
    for (const inferenceProfileIdentifier of [id, found?.inferenceProfileArn]) {
      const { $metadata: _, ...one } = await client.send(
        new GetInferenceProfileCommand({ inferenceProfileIdentifier }),
      );
      expect(one).toEqual(found);
    }
  });

  test.each([
    ['GetFoundationModel', new GetFoundationModelCommand({ modelIdentifier: 'granite' }), 'ValidationException'],
    [
      'GetInferenceProfile',
      new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'eu.amazon.nova-lite-v1:0' }),
      'ResourceNotFoundException',
    ],
    ['ListInferenceProfiles', new ListInferenceProfilesCommand({ maxResults: 1_001 }), 'ValidationException'],
    ['ListInferenceProfiles', new ListInferenceProfilesCommand({ nextToken: 'granite' }), 'ValidationException'],
  ])('refuses, by %s, what is not there', async (_, command, name) => {
    await expect(client.send(command as ListInferenceProfilesCommand)).rejects.toMatchObject({ name });
  });
});

type Summary = {
  providerName?: string | undefined;
  outputModalities?: string[] | undefined;
  inferenceTypesSupported?: string[] | undefined;
};

test('tells a catalog what the catalog told it', async () => {
  const list: ListRegion = async (region, { signal }) => {
    const client = clientOf(region);
    const options = signal ? { abortSignal: signal } : {};
    const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand(), options);
    const { inferenceProfileSummaries = [] } = await client.send(new ListInferenceProfilesCommand(), options);
    return { modelSummaries, inferenceProfileSummaries };
  };
  const regions = ['us-east-1', 'eu-central-1', 'ap-northeast-1'];
  const before = createCatalog();
  const { catalog, added, vanished, failures } = await refreshCatalog({ list, regions, catalog: before });
  expect({ added, failures }).toEqual({ added: [], failures: [] });
  const alive = vanished.filter(({ model }) => before.model(model).traits.lifecycle?.status !== 'retired');
  // What only the other endpoint serves is in no list.
  expect(alive.filter(({ model }) => before.model(model).endpoints?.includes('bedrock-runtime') ?? true)).toEqual([]);
  for (const name of ['Claude Haiku 4.5', 'Nova Lite', 'Claude Opus 5.5', 'Llama 3.3 70B Instruct']) {
    for (const region of regions) {
      const ways = (from: typeof before) =>
        from.routes(name, { region }).map(({ id, route, destinations }) => ({ id, route, destinations }));
      expect(ways(catalog)).toEqual(ways(before));
    }
  }
});
