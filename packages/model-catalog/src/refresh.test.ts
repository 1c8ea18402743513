import { getEventListeners } from 'node:events';
import { createCatalog, type RegionListing, refreshCatalog } from '@outcrop/model-catalog';
import { describe, expect, test } from 'vitest';

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const account = '123456789012';
const application = `arn:aws:bedrock:us-east-1:${account}:application-inference-profile`;

function model(region: string, modelId: string, more: object = {}) {
  return {
    modelArn: `arn:aws:bedrock:${region}::foundation-model/${modelId}`,
    modelId,
    modelName: modelId,
    providerName: 'Quarry',
    inputModalities: ['TEXT'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    customizationsSupported: [],
    inferenceTypesSupported: ['ON_DEMAND'],
    modelLifecycle: { status: 'ACTIVE' },
    ...more,
  };
}

function profile(region: string, id: string, modelId: string, destinations: string[]) {
  return {
    inferenceProfileName: id,
    inferenceProfileArn: `arn:aws:bedrock:${region}:${account}:inference-profile/${id}`,
    inferenceProfileId: id,
    models: destinations.map((each) => ({ modelArn: `arn:aws:bedrock:${each}::foundation-model/${modelId}` })),
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
    createdAt: new Date(0),
  };
}

const east: RegionListing = {
  modelSummaries: [
    model('us-east-1', haiku, { inferenceTypesSupported: ['INFERENCE_PROFILE'] }),
    model('us-east-1', 'amazon.nova-lite-v1:0'),
    model('us-east-1', 'amazon.nova-lite-v1:0:24k', { inferenceTypesSupported: ['PROVISIONED'] }),
    model('us-east-1', 'amazon.titan-text-express-v1'),
    model('us-east-1', 'quarry.granite-1', {
      modelName: 'Granite 1',
      inputModalities: ['TEXT', 'IMAGE'],
      modelLifecycle: { status: 'LEGACY', endOfLifeTime: '2027-03-01T00:00:00Z' },
    }),
    model('us-east-1', 'quarry.nova-lite-9', { modelName: 'Nova Lite' }),
    model('us-east-1', 'quarry.gneiss-1', { modelName: 'Gneiss 1', inferenceTypesSupported: ['INFERENCE_PROFILE'] }),
  ],
  inferenceProfileSummaries: [
    profile('us-east-1', `us.${haiku}`, haiku, ['us-east-1', 'us-east-2', 'us-west-2']),
    profile('us-east-1', `global.${haiku}`, haiku, ['us-east-1', '']),
    profile('us-east-1', 'in.quarry.gneiss-1', 'quarry.gneiss-1', ['us-east-1', 'ap-south-1']),
    {
      ...profile('us-east-1', 'app1', haiku, ['us-east-1', 'us-east-2', 'us-west-2']),
      inferenceProfileArn: `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/app1`,
      inferenceProfileName: 'billing',
      type: 'APPLICATION',
    },
    {
      ...profile('us-east-1', 'app2', 'amazon.nova-lite-v1:0', ['us-east-1']),
      inferenceProfileArn: `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/app2`,
      type: 'APPLICATION',
    },
  ],
};

async function refreshed(listings: Record<string, RegionListing> = { 'us-east-1': east }) {
  const list = async (region: string) => {
    const listing = listings[region];
    if (listing === undefined) throw new Error('AccessDeniedException');
    return listing;
  };
  return refreshCatalog({ list, regions: [...Object.keys(listings), 'us-east-1', 'eu-west-1'] });
}

test('says what it changed, and what it could not ask', async () => {
  const { added, vanished, failures, listings } = await refreshed();
  expect([added, failures, listings]).toEqual([
    ['Gneiss 1', 'Granite 1', 'quarry.nova-lite-9'],
    [{ region: 'eu-west-1', error: new Error('AccessDeniedException') }],
    { 'us-east-1': east },
  ]);
  expect(vanished).toContainEqual({ model: 'Nova Premier', regions: ['us-east-1'] });
  expect(vanished.some(({ model }) => ['Claude Haiku 4.5', 'Nova Lite'].includes(model))).toBe(false);
});

describe('a region that was asked', () => {
  test.each([
    [
      'keeps what is listed, in its order',
      'Nova Lite',
      ['in_region amazon.nova-lite-v1:0 true', `application ${application}/app2 true`],
    ],
    [
      'has profiles only where they are listed',
      'Claude Haiku 4.5',
      [`geo us.${haiku} true`, `global global.${haiku} true`, `application ${application}/app1 true`],
    ],
    ['loses what is not', 'Nova Premier', []],
    ['gets what is new', 'Granite 1', ['in_region quarry.granite-1 true']],
    ['and its profiles, whatever their geography', 'Gneiss 1', ['geo in.quarry.gneiss-1 true']],
    [
      'has what was retired, if the service says so',
      'Titan Text Express',
      ['in_region amazon.titan-text-express-v1 true'],
    ],
  ])('%s', async (_, name, ids) => {
    const { catalog } = await refreshed();
    const routes = catalog.routes(name, { region: 'us-east-1' });
    expect(routes.map(({ route, id, certain }) => `${route} ${id} ${certain}`)).toEqual(ids);
  });

  test('knows exactly where requests travel', async () => {
    const { catalog } = await refreshed();
    const destinations = ['us-east-1', 'us-east-2', 'us-west-2'];
    expect(catalog.resolve('Claude Haiku 4.5', { region: 'us-east-1' }).destinations).toEqual(destinations);
    expect(catalog.routes('Gneiss 1', { region: 'us-east-1', residency: ['us'] })).toEqual([]);
    expect(catalog.routes('Gneiss 1', { region: 'us-east-1', residency: ['us', 'in'] }).length).toBe(1);
  });

  test('is the only one that changes', async () => {
    const { catalog } = await refreshed();
    const before = createCatalog();
    for (const { id } of before.models) {
      const ways = (each: typeof before) =>
        each.routes(id, { region: 'eu-central-1' }).map(({ id, certain, price }) => ({ id, certain, price }));
      expect(ways(catalog)).toEqual(ways(before));
    }
  });
});

test('a new model has what the service says, and nothing else', async () => {
  const { catalog } = await refreshed();
  expect(catalog.model('granite-1')).toEqual({
    id: 'quarry.granite-1',
    name: 'Granite 1',
    provider: 'Quarry',
    kind: 'text',
    traits: {
      streaming: true,
      input: { image: true, video: false },
      outputModalities: ['text'],
      lifecycle: { status: 'legacy', endOfLife: '2027-03-01' },
    },
    regions: ['us-east-1'],
    profiles: [],
    prices: {},
    sources: {},
  });
});

test('a name that is taken stays with its owner', async () => {
  const { catalog } = await refreshed();
  expect([catalog.model('Nova Lite').id, catalog.model('quarry.nova-lite-9').name]).toEqual([
    'amazon.nova-lite-v1:0',
    'quarry.nova-lite-9',
  ]);
});

test('a retired model that is still listed is alive there', async () => {
  const { catalog } = await refreshed();
  expect(catalog.resolve('Titan Text Express', { region: 'us-east-1' }).warnings).toEqual([]);
});

test('a vanished model is marked, and comes back when it is listed again', async () => {
  const { catalog } = await refreshed();
  expect(catalog.model('Nova Premier').vanishedFrom).toEqual(['us-east-1']);
  const listing = {
    modelSummaries: [...east.modelSummaries, model('us-east-1', 'amazon.nova-premier-v1:0')],
    inferenceProfileSummaries: [],
  };
  const again = await refreshCatalog({ list: async () => listing, regions: ['us-east-1'], catalog });
  expect(again.catalog.model('Nova Premier').vanishedFrom).toBe(undefined);
});

test.each([
  ['a profile', 'app1', 'Claude Haiku 4.5', `us-east-1/${haiku}/geo`, 1.1],
  ['a model', 'app2', 'Nova Lite', 'us-east-1/amazon.nova-lite-v1:0/in_region', 0.06],
])(
  'an application profile of %s is known by its ARN, with quota and price of what it was copied from',
  async (_, id, name, quotaKey, input) => {
    const { catalog } = await refreshed();
    const arn = `arn:aws:bedrock:us-east-1:${account}:application-inference-profile/${id}`;
    const { model, route, price, id: sent, ...rest } = catalog.resolve(arn);
    expect([sent, model, route, rest.quotaKey, price?.input]).toEqual([arn, name, 'application', quotaKey, input]);
  },
);

test.each([
  ['of nothing', { modelSummaries: [], inferenceProfileSummaries: [] }],
  ['without profiles', { modelSummaries: east.modelSummaries } as RegionListing],
])('lists %s are not believed', async (_, nothing) => {
  const { catalog, failures } = await refreshed({ 'us-west-2': nothing });
  expect(failures.map(({ region }) => region).sort()).toEqual(['eu-west-1', 'us-east-1', 'us-west-2']);
  expect(catalog.routes('Nova Lite', { region: 'us-west-2' }).length).toBeGreaterThan(0);
});

test('entries that make no sense are skipped and reported, and what is null is missing', async () => {
  const nonsense = [null, 4711, 'quarry.chert-1', { modelId: 4711 }, { modelId: 'a', inputModalities: [null] }];
  const noProfiles = [null, { models: [null] }, { models: 'all' }, { models: [{ modelArn: 1 }] }, { type: {} }];
  const chert = model('us-east-1', 'quarry.chert-1', {
    modelName: null,
    inputModalities: null,
    inferenceTypesSupported: null,
    modelLifecycle: null,
  });
  const { catalog, added, failures, skipped } = await refreshCatalog({
    list: async () =>
      ({
        modelSummaries: [...nonsense, ...east.modelSummaries, chert],
        inferenceProfileSummaries: [...noProfiles, ...east.inferenceProfileSummaries],
      }) as RegionListing,
    regions: ['us-east-1'],
  });
  expect(failures).toEqual([]);
  expect(skipped).toEqual([...nonsense, ...noProfiles].map((entry) => ({ region: 'us-east-1', entry })));
  expect(added).toEqual(['quarry.chert-1', 'Gneiss 1', 'Granite 1', 'quarry.nova-lite-9']);
  expect(catalog.resolve('quarry.chert-1', { region: 'us-east-1' }).route).toBe('in_region');
});

test('a list of nothing but nonsense is not believed', async () => {
  const listing = { modelSummaries: [null], inferenceProfileSummaries: [] } as unknown as RegionListing;
  const { failures, skipped, vanished } = await refreshCatalog({ list: async () => listing, regions: ['us-east-1'] });
  expect({ failures, skipped, vanished }).toEqual({
    failures: [{ region: 'us-east-1', error: new Error('us-east-1 lists no models.') }],
    skipped: [{ region: 'us-east-1', entry: null }],
    vanished: [],
  });
});

test('the same lists again change nothing, and the result is plain data', async () => {
  const { catalog } = await refreshed();
  const again = await refreshCatalog({ list: async () => east, regions: ['us-east-1'], catalog });
  expect(again.catalog.snapshot).toEqual(catalog.snapshot);
  const kept = createCatalog({ snapshot: JSON.parse(JSON.stringify(catalog.snapshot)) });
  expect(kept.snapshot).toEqual(catalog.snapshot);
});

test('a date that is none is not known', async () => {
  const modelLifecycle = { status: 'LEGACY', legacyTime: 'soon', endOfLifeTime: new Date('2027-03-01') };
  const modelSummaries = [model('us-east-1', 'quarry.basalt-1', { modelName: 'Basalt', modelLifecycle })];
  const { catalog } = await refreshed({ 'us-east-1': { modelSummaries, inferenceProfileSummaries: [] } });
  expect(catalog.model('Basalt').traits.lifecycle).toEqual({ status: 'legacy', endOfLife: '2027-03-01' });
});

test('a signal ends it with its own reason', async () => {
  const controller = new AbortController();
  const list = async () => {
    controller.abort(new Error('enough'));
    return east;
  };
  await expect(refreshCatalog({ list, regions: ['us-east-1'], signal: controller.signal })).rejects.toThrow('enough');
});

test('a signal ends it even if the list knows none and never answers', async () => {
  const controller = new AbortController();
  const list = () => new Promise<RegionListing>(() => {});
  const refreshing = refreshCatalog({ list, regions: ['us-east-1'], signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(refreshing).rejects.toThrow('enough');
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('a model whose name has no Latin letter answers to that name only', async () => {
  const list = async () => ({
    modelSummaries: [model('us-east-1', '\u77f3', { modelName: '\u82b1\u5c97' })],
    inferenceProfileSummaries: [],
  });
  const { catalog } = await refreshCatalog({ list, regions: ['us-east-1'] });
  expect(catalog.model('\u82b1\u5c97').id).toBe('\u77f3');
  expect(() => catalog.model('???')).toThrow("No model is called '???'.");
});
