import {
  createBedrock,
  type LLMManagerOptions,
  openJournal,
  ParallelLLMManager,
  LLMManager as Subject,
} from '@outcrop/bedrock';
import { isConfigurationError } from '@outcrop/converse';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const models = ['Nova Lite'];
const regions = ['us-east-1'];
const env = {};

const junk = fc.oneof(
  fc.constantFrom(Number.NaN, -1, 0, 0.5, Number.POSITIVE_INFINITY, '', ' ', 'x', '__proto__', 'auto'),
  fc.constantFrom(null, true, false, 1n, Symbol('x'), new Date(0), Promise.resolve(), [], [[]], [null], {}),
  fc.constantFrom(
    { apiKey: 5 },
    { credentials: { accessKeyId: 5 } },
    { profile: null },
    { role: {} },
    { AWS_REGION: 5 },
  ),
  fc.anything(),
);

/** What it throws, if anything, has to say that it is about this option. */
function isNamed(path: string, make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    expect(error.problems.map((problem) => problem.path.replace(/[[.].*/, ''))).toContain(path);
  }
}

const ofBedrock = [
  ...['auth', 'endpoint', 'transport', 'fips', 'dualstack', 'agent', 'requestHandler', 'formats', 'cache', 'env'],
  ...['now', 'wallNow', 'random', 'delay', 'deadlines'],
];

describe('nonsense is named or works', () => {
  test.each([...ofBedrock, 'estimateTokens', 'region'])('createBedrock: %s', (name) => {
    fc.assert(fc.property(junk, (value) => isNamed(name, () => createBedrock({ env, [name]: value } as never))));
  });

  test.each([...ofBedrock, 'models', 'regions', 'catalog', 'retry', 'logLevel'])('LLMManager: %s', (name) => {
    fc.assert(
      fc.property(junk, (value) => isNamed(name, () => new Subject({ models, regions, env, [name]: value } as never))),
    );
  });

  test.each(['parallel', 'loadBalancing', 'regionsPerRequest', 'maxConcurrency', 'retry', 'signal'])(
    'ParallelLLMManager: %s',
    (name) => {
      fc.assert(
        fc.property(junk, (value) => {
          const parallel = name === 'parallel' ? value : { [name]: value };
          try {
            new ParallelLLMManager({ models, regions, env, parallel } as never);
          } catch (error) {
            if (!isConfigurationError(error)) throw error;
            expect(error.problems.some(({ path }) => path.split('.').includes(name))).toBe(true);
          }
        }),
      );
    },
  );

  test.each(['retry', 'memory', 'now'])('ParallelLLMManager, of its manager: %s', (name) => {
    for (const parallel of [undefined, { regionsPerRequest: 1 }])
      fc.assert(
        fc.property(junk, (value) =>
          isNamed(name, () => new ParallelLLMManager({ models, regions, env, parallel, [name]: value } as never)),
        ),
      );
  });

  test('ParallelLLMManager: no figure passes for a set of options', () => {
    const make = () => new ParallelLLMManager({ models, regions, env, retry: 3 } as never);
    expect(make).toThrow('retry: It has to be an object, and it is 3.');
  });

  test.each(['durability', 'retryFailed'])('openJournal: %s', (name) => {
    const path = '/nowhere/at/all.journal';
    const open = (value: unknown) => openJournal(path, { [name]: value } as never);
    fc.assert(
      fc.property(junk, (value) => {
        try {
          open(value);
        } catch (error) {
          expect((error as Error).message).toMatch(new RegExp(`^${name}: |^The journal ${path} cannot be opened`));
        }
      }),
    );
  });
});

test.each([undefined, null, 7, [], Symbol('x')])('a journal without a path: %s', (path) => {
  expect(() => openJournal(path as never)).toThrow('path: It has to be a text that is not blank');
});

test.each<[what: string, options: object, message: string]>([
  [
    'a region where regions are meant',
    { regions: undefined, region: 'eu-west-1' },
    'region: There is no such option. Is it regions?',
  ],
  [
    'a misspelt name of what is below',
    { endpont: 'http://localhost:1' },
    'endpont: There is no such option. Is it endpoint?',
  ],
  ['no models at all', { models: undefined }, 'models: It has to be a list of names'],
  ['no region at all', { regions: undefined }, 'regions: It is empty'],
])('says what is wrong: %s', (_, options, message) => {
  expect(() => new Subject({ models, regions, env, ...options } as LLMManagerOptions)).toThrow(message);
});

test.each([undefined, null, 7, 'Nova Lite', []])('options that are none: %s', (options) => {
  for (const make of [() => new Subject(options as never), () => new ParallelLLMManager(options as never)]) {
    expect(make).toThrow(expect.toSatisfy(isConfigurationError) as unknown as Error);
  }
});

test('a misspelt option of a bulk run is named when its manager is made', () => {
  const parallel = { maxConcurency: 5 } as never;
  expect(() => new ParallelLLMManager({ models, regions, env, parallel })).toThrow(
    'parallel.maxConcurency: There is no such option. Is it maxConcurrency?',
  );
});
