import { createCatalog, isCatalogError, type RouteOptions } from '@outcrop/model-catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const catalog = createCatalog();
const { models, snapshot } = catalog;
const everyRegion = [
  ...new Set(
    models.flatMap(({ regions = [], maybeRegions = [], profiles }) => [
      ...regions,
      ...maybeRegions,
      ...profiles.flatMap(({ from = [], maybeFrom = [] }) => [...from, ...maybeFrom]),
    ]),
  ),
];

function idsOf(name: string, options: RouteOptions): string[] {
  return catalog.routes(name, options).map(({ id, route, certain }) => `${route} ${id}${certain ? '' : ' ?'}`);
}

function refusalOf(name: string, options: RouteOptions): string {
  try {
    return catalog.resolve(name, options).id;
  } catch (error) {
    if (!isCatalogError(error)) throw error;
    return `${error.code} ${error.region}: ${error.regions.join()}`;
  }
}

test.each(models.map((model) => [model.name, model]))(
  '%s: every way is in the lists, and leads back to it',
  (_, model) => {
    const { id, profiles, regions = [], maybeRegions = [] } = model;
    for (const region of everyRegion) {
      const expected = [
        ...(regions.includes(region) || maybeRegions.includes(region) ? [id] : []),
        ...profiles
          .filter(({ from, maybeFrom }) => from?.includes(region) || maybeFrom?.includes(region))
          .map((each) => each.id),
      ];
      const routes = catalog.routes(id, { region });
      expect(routes.map((route) => route.id).sort()).toEqual(expected.sort());
      for (const route of routes) {
        expect(catalog.model(route.id)).toBe(model);
        expect([route.model, route.modelId, route.region, route.traits]).toEqual([
          model.name,
          id,
          region,
          model.traits,
        ]);
        if (route.route !== 'in_region') expect(catalog.resolve(route.id, { region }).id).toBe(route.id);
      }
    }
  },
);

describe('the best way', () => {
  test.each<[string, RouteOptions, string[]]>([
    ['Nova Lite', { region: 'us-east-1' }, ['in_region amazon.nova-lite-v1:0', 'geo us.amazon.nova-lite-v1:0']],
    [
      'Claude Haiku 4.5',
      { region: 'us-east-1' },
      ['geo us.anthropic.claude-haiku-4-5-20251001-v1:0', 'global global.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ],
    ['Claude Haiku 4.5', { region: 'sa-east-1' }, ['global global.anthropic.claude-haiku-4-5-20251001-v1:0']],
    [
      'Claude Opus 5.5',
      { region: 'eu-west-2' },
      [
        'in_region anthropic.claude-opus-5-5',
        'geo eu.anthropic.claude-opus-5-5',
        'global global.anthropic.claude-opus-5-5',
      ],
    ],
    [
      'Claude Opus 5.5',
      { region: 'eu-west-2', prefer: ['global'] },
      [
        'global global.anthropic.claude-opus-5-5',
        'in_region anthropic.claude-opus-5-5',
        'geo eu.anthropic.claude-opus-5-5',
      ],
    ],
    ['Claude Opus 5.5', { region: 'eu-west-2', residency: ['uk'] }, ['in_region anthropic.claude-opus-5-5']],
    [
      'Claude Opus 5.5',
      { region: 'eu-west-2', residency: ['uk', 'eu'] },
      ['in_region anthropic.claude-opus-5-5', 'geo eu.anthropic.claude-opus-5-5'],
    ],
    [
      'Claude 3 Haiku',
      { region: 'us-east-1' },
      ['geo us.anthropic.claude-3-haiku-20240307-v1:0', 'in_region anthropic.claude-3-haiku-20240307-v1:0 ?'],
    ],
    [
      'Claude 3 Haiku',
      { region: 'us-east-1', prefer: ['in_region'] },
      ['in_region anthropic.claude-3-haiku-20240307-v1:0 ?', 'geo us.anthropic.claude-3-haiku-20240307-v1:0'],
    ],
    ['Claude Haiku 4.5', { region: 'us-gov-west-1' }, []],
    ['Claude Haiku 4.5', { region: 'moon-north-1' }, []],
  ])('to %s with %o', (name, options, ids) => {
    expect(idsOf(name, options)).toEqual(ids);
  });
});

describe('residency', () => {
  // Where a profile leads is not always listed. That it keeps to its geography is AWS's word, and counts.
  test.each<[string, RouteOptions, string[]]>([
    ['its geography holds where its list is missing', { region: 'eu-central-1', residency: ['eu'] }, ['eu']],
    ['the region it is sent to counts', { region: 'eu-west-2', residency: ['eu'] }, []],
    ['with that region allowed too', { region: 'eu-west-2', residency: ['eu', 'eu-west-2'] }, ['eu']],
    ['several areas', { region: 'ca-central-1', residency: ['us', 'ca'] }, ['us']],
    ['one of them is not enough', { region: 'ca-central-1', residency: ['ca'] }, []],
    ['Japan is in Asia', { region: 'ap-northeast-1', residency: ['apac'] }, ['jp']],
    ['global is nowhere', { region: 'sa-east-1', residency: ['br'] }, []],
    ['none allowed', { region: 'us-east-1', residency: [] }, []],
  ])('%s', (_, options, geographies) => {
    expect(catalog.routes('Claude Haiku 4.5', options).map(({ geography }) => geography)).toEqual(geographies);
  });

  test('an area that nobody knows is a mistake', () => {
    expect(() => catalog.routes('Nova Lite', { region: 'us-east-1', residency: ['europe'] })).toThrow(
      /^residency: 'europe' is no area\. There are ae, apac, au, .*us-gov, za, and every region\.$/,
    );
  });

  test('no way ever leaves what was allowed', () => {
    const areas = fc.uniqueArray(fc.constantFrom(...Object.keys(snapshot.areas), 'sa-east-1', 'us-east-1'), {
      maxLength: 4,
    });
    const any = fc.record({
      model: fc.constantFrom(...models),
      region: fc.constantFrom(...everyRegion),
      residency: areas,
    });
    fc.assert(
      fc.property(any, ({ model, region, residency }) => {
        const allowed = residency.flatMap((area) => snapshot.areas[area] ?? [area]);
        const routes = catalog.routes(model.id, { region, residency });
        return routes.every(
          ({ destinations, route }) =>
            route !== 'global' &&
            destinations?.includes(region) &&
            destinations.every((destination) => allowed.includes(destination)),
        );
      }),
      { numRuns: 5 * (fc.readConfigureGlobal().numRuns ?? 100) },
    );
  });
});

describe('no way', () => {
  test.each<[string, RouteOptions, string]>([
    // A profile of another geography, which Bedrock would call an invalid model identifier.
    [
      'eu.anthropic.claude-opus-5-5',
      { region: 'us-east-1' },
      'no_route us-east-1: eu-central-1,eu-central-2,eu-north-1,eu-south-1,eu-south-2,eu-west-1,eu-west-2,eu-west-3',
    ],
    ['Llama 4 Scout', { region: 'eu-west-1' }, 'no_route eu-west-1: us-east-1,us-east-2,us-west-1,us-west-2'],
    ['Nova Premier', { region: 'us-east-1', residency: ['eu'] }, 'no_route us-east-1: '],
    ['Titan Text Premier', { region: 'us-east-1' }, 'no_route us-east-1: '],
    // Its origins are not known, but no profile of its geography was ever called from there.
    ['eu.anthropic.claude-sonnet-5-5', { region: 'us-east-1' }, 'no_route us-east-1: '],
    ['eu.anthropic.claude-sonnet-5-5', { region: 'eu-west-1' }, 'eu.anthropic.claude-sonnet-5-5'],
  ])('to %s with %o', (name, options, refusal) => {
    expect(refusalOf(name, options)).toBe(refusal);
  });

  test.each([
    [
      'Titan Text Premier',
      'Titan Text G1 - Premier has no known route from us-east-1. Nothing is known of where it can be called from; refreshCatalog asks the service. Titan Text G1 - Premier is retired; its successor is Nova Pro.',
    ],
    [
      'Llama 3.1 405B',
      'Llama 3.1 405B Instruct has no known route from us-east-1. It has one from us-east-2, us-west-2. Llama 3.1 405B Instruct is retired since 2026-07-07; its successor is Llama 4 Maverick 17B Instruct.',
    ],
  ])('to %s says why, and where there is one', (name, message) => {
    expect(() => catalog.resolve(name, { region: 'us-east-1' })).toThrow(message);
  });

  test('without a region is a mistake, unless an ARN names one', () => {
    expect(() => catalog.resolve('Nova Lite')).toThrow(new TypeError("'Nova Lite' names no region, so give one."));
  });
});

test('one way, as a whole', () => {
  const { traits, ...route } = catalog.resolve('claude sonnet 4.5', { region: 'eu-central-2' });
  expect(route).toEqual({
    model: 'Claude Sonnet 4.5',
    modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    id: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    region: 'eu-central-2',
    route: 'geo',
    geography: 'eu',
    api: 'converse',
    quotaKey: 'eu-central-2/anthropic.claude-sonnet-4-5-20250929-v1:0/geo',
    destinations: ['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
    certain: true,
    price: {
      input: 3.3,
      output: 16.5,
      cacheRead: 0.33,
      cacheWrite5m: 4.125,
      cacheWrite1h: 6.6,
      long: { above: 200_000, input: 6.6, output: 24.75 },
      source: 'genai_prices',
    },
    warnings: [],
  });
});

describe('ARNs', () => {
  const profile =
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0';
  const application = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  const us = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';

  function wayTo(arn: string, options?: RouteOptions) {
    const { id, route, model, region, quotaKey, price, warnings, traits } = catalog.resolve(arn, options);
    return {
      id,
      route,
      model,
      region,
      quotaKey,
      input: price?.input,
      codes: warnings.map(({ code }) => code),
      known: traits.family,
    };
  }

  test.each<[string, string, RouteOptions | undefined, object]>([
    [
      'a system profile is sent as it was given',
      profile,
      undefined,
      {
        id: profile,
        route: 'geo',
        model: 'Claude Haiku 4.5',
        quotaKey: 'us-east-1/anthropic.claude-haiku-4-5-20251001-v1:0/geo',
        input: 1.1,
        codes: [],
        known: 'claude',
      },
    ],
    [
      'a model that only profiles reach gets its profile',
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
      undefined,
      {
        id: us,
        route: 'geo',
        model: 'Claude Haiku 4.5',
        quotaKey: 'us-east-1/anthropic.claude-haiku-4-5-20251001-v1:0/geo',
        input: 1.1,
        codes: [],
        known: 'claude',
      },
    ],
    [
      'an application profile of a profile draws on its quota and has its price',
      application,
      { baseModel: us },
      {
        id: application,
        route: 'application',
        model: 'Claude Haiku 4.5',
        quotaKey: 'us-east-1/anthropic.claude-haiku-4-5-20251001-v1:0/geo',
        input: 1.1,
        codes: [],
        known: 'claude',
      },
    ],
    [
      'of one of which the model alone is known, the price is not',
      application,
      { baseModel: 'Claude Haiku 4.5' },
      {
        id: application,
        route: 'application',
        model: 'Claude Haiku 4.5',
        quotaKey: `us-east-1/${application}`,
        input: undefined,
        codes: [],
        known: 'claude',
      },
    ],
    [
      'of one without a hint nothing is known, and it works all the same',
      application,
      undefined,
      {
        id: application,
        route: 'application',
        model: application,
        quotaKey: `us-east-1/${application}`,
        input: undefined,
        codes: ['unknown_base_model'],
        known: undefined,
      },
    ],
    ...(['provisioned-model', 'custom-model-deployment', 'imported-model'] as const).map(
      (resource, at): [string, string, RouteOptions, object] => {
        const arn = `arn:aws:bedrock:us-east-1:123456789012:${resource}/xyz`;
        const route = ['provisioned', 'custom', 'imported'][at];
        return [
          `${resource} has a quota of its own`,
          arn,
          { baseModel: 'Llama 3.1 8B' },
          {
            id: arn,
            route,
            model: 'Llama 3.1 8B Instruct',
            quotaKey: `us-east-1/${arn}`,
            input: undefined,
            codes: [],
            known: 'llama',
          },
        ];
      },
    ),
  ])('%s', (_, arn, options, way) => {
    expect(wayTo(arn, options)).toEqual({ region: 'us-east-1', ...way });
  });

  test.each<[string, string, RouteOptions]>([
    ['is of one region', profile, { region: 'eu-west-1' }],
    ['nobody listed is of one region too', application, { region: 'eu-west-1', baseModel: us }],
    ['leads nobody knows where keeps no residency', application, { residency: ['us'] }],
    [
      'leads where its model goes, wherever that is, neither',
      application,
      { baseModel: 'Nova Lite', residency: ['us'] },
    ],
    [
      'is a prompt leads nobody knows where',
      'arn:aws:bedrock:us-east-1:123456789012:prompt/ABC',
      { residency: ['us'] },
    ],
  ])('one that %s has no other way', (_, arn, options) => {
    expect(catalog.routes(arn, options)).toEqual([]);
    expect(refusalOf(arn, options)).toMatch(/^no_route/);
  });

  test.each([
    [
      'an application profile goes where its profile goes',
      application,
      us,
      ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
    ],
    ['an imported model stays', 'arn:aws:bedrock:us-east-1:123456789012:imported-model/xyz', undefined, ['us-east-1']],
  ])('%s', (_, arn, baseModel, destinations) => {
    expect(catalog.resolve(arn, { baseModel, residency: ['us'] }).destinations).toEqual(destinations);
  });

  test('of a profile that nobody knows is an unknown model', () => {
    expect(refusalOf('arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.no.such-model', {})).toMatch(
      /^unknown_model/,
    );
  });
});

describe('what a user knows better', () => {
  const corrected = createCatalog({
    traits: {
      'Nova Lite': { prefill: false, tools: { strict: true } },
      'us.deepseek.r1-v1:0': { systemPrompt: undefined },
    },
  });

  test('is laid over the traits, group by group', () => {
    const { traits } = catalog.model('Nova Lite');
    expect(corrected.model('amazon nova lite').traits).toEqual({
      ...traits,
      prefill: false,
      tools: { ...traits.tools, strict: true },
    });
    expect(corrected.resolve('Nova Lite', { region: 'us-east-1' }).traits.prefill).toBe(false);
    expect(corrected.model('DeepSeek R1').traits.systemPrompt).toBe(undefined);
    expect(catalog.model('Nova Lite').traits).toBe(traits);
  });

  test('of a model that is not there is a mistake', () => {
    expect(() => createCatalog({ traits: { 'Nova Light': {} } }).models).toThrow("No model is called 'Nova Light'");
  });
});

test('finds what can do all that there, and is not retired', () => {
  const found = catalog.find({ can: ['tools', 'images', 'documents'], region: 'eu-west-1', residency: ['eu'] });
  expect(found.map(({ name }) => name)).toEqual([
    'Nova 2 Lite',
    'Nova Lite',
    'Nova Pro',
    'Claude Fable 5',
    'Claude Haiku 4.5',
    'Claude Opus 4.5',
    'Claude Opus 4.6',
    'Claude Opus 4.7',
    'Claude Opus 4.8',
    'Claude Opus 5',
    'Claude Opus 5.5',
    'Claude Sonnet 4.5',
    'Claude Sonnet 4.6',
    'Claude Sonnet 5',
    'Pixtral Large (25.02)',
  ]);
});

describe('a retired model is found, with a warning that names its successor', () => {
  test.each(models.filter(({ traits }) => traits.lifecycle?.status === 'retired').map((model) => [model.name, model]))(
    '%s',
    (name, { aliveIn = [], traits }) => {
      const { successor } = traits.lifecycle ?? {};
      const next = successor === undefined ? 'no successor is known' : `its successor is ${successor}`;
      const routes = everyRegion.flatMap((region) => catalog.routes(name, { region }));
      for (const { region, warnings } of routes) {
        const texts = warnings.map(({ code, message }) => `${code}: ${message.includes(next)}`);
        expect(texts).toEqual(aliveIn.includes(region) ? [] : ['model_retired: true']);
      }
      if (successor !== undefined) expect(catalog.model(successor).traits.lifecycle?.status).not.toBe('retired');
    },
  );
});

test.each(['constructor', 'flying'])('%s is no ability', (ability) => {
  expect(() => catalog.find({ can: [ability as never] })).toThrow(
    `There is no ability '${ability}': there are converse, streaming,`,
  );
});
