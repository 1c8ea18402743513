import { isConfigurationError, isConverseError } from '@outcrop/converse';
import { createScriptedConverse } from '@outcrop/converse/testing';
import { createSharedMemory, LLMManager, type ManagerOptions } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { request } from './scene.ts';

const catalog = createCatalog();
const quiet = () => {};

/** Every option with a good value, by its path. */
const good = {
  models: ['Nova Lite'],
  regions: ['us-east-1'],
  residency: ['us'],
  routePreference: ['in_region'],
  regionOrder: 'fixed',
  baseModel: 'Nova Lite',
  connect: () => createScriptedConverse(() => 'Granite.'),
  catalog,
  defaultInferenceConfig: { maxTokens: 100 },
  onInterruption: 'fail',
  memory: createSharedMemory(),
  onEvent: quiet,
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  logLevel: 'info',
  refresh: async () => ({ catalog, added: [], failures: [] }) as never,
  'retry.maxRetries': 3,
  'retry.retryDelayMs': 1_000,
  'retry.backoffMultiplier': 2,
  'retry.maxRetryDelayMs': 60_000,
  'retry.maxAttempts': 5,
  'retry.retryStrategy': 'region_first',
  'retry.enableFeatureFallback': true,
  'retry.allowDropping': ['cachePoint'],
  'retry.retryableErrors': ['ServiceUnavailableException'],
  'validation.retries': 3,
  'validation.delayMs': 0,
  'deadlines.connectMs': 1_000,
  'deadlines.firstEventMs': 1_000,
  'deadlines.idleMs': 1_000,
  'deadlines.totalMs': 60_000,
} as const;

const junk = fc.oneof(
  fc.constantFrom(Number.NaN, -1, 0, 0.5, 1e300, Number.POSITIVE_INFINITY, '', ' ', 'x', '__proto__'),
  fc.constantFrom(null, true, false, 1n, Symbol('x'), new Date(0), Promise.resolve(), quiet, [], [[]], [null], {}),
  fc.anything(),
);

test.each(Object.keys(good) as (keyof typeof good)[])(
  '%s is named where it is nonsense, and works where it is not',
  async (path) => {
    const [group, name] = path.split('.') as [keyof ManagerOptions, string | undefined];
    await fc.assert(
      fc.asyncProperty(junk, async (value) => {
        const clock = createVirtualClock();
        const { models, regions, connect } = good;
        const options = {
          ...{ models, regions, connect, catalog, ...clock },
          [group]: name === undefined ? value : { [name]: value },
        };
        try {
          const manager = new LLMManager(options as ManagerOptions);
          // What connects to nothing is the one thing that is found out at the first call only.
          if (path === 'connect') return;
          await clock.run(manager.converse(request));
        } catch (error) {
          if (isConfigurationError(error)) {
            expect(error.problems.map((problem) => problem.path.replace(/\[.*/, ''))).toContain(path);
          } else expect(isConverseError(error)).toBe(true);
        }
      }),
    );
  },
);

test('all of them are good as they are', () => {
  const options: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(good)) {
    const [group, name] = path.split('.') as [string, string | undefined];
    options[group] = name === undefined ? value : { ...(options[group] as object), [name]: value };
  }
  expect(() => new LLMManager(options as ManagerOptions)).not.toThrow();
});

test.each([undefined, null, 7, 'Nova Lite', [], () => {}])('options that are none: %s', (options) => {
  expect(() => new LLMManager(options as never)).toThrow(expect.toSatisfy(isConfigurationError) as unknown as Error);
});

test.each([
  ['max_retries', { retry: { max_retries: 5 } }, 'retry.max_retries: There is no such option. Is it maxRetries?'],
  ['region', { regions: undefined, region: 'us-east-1' }, 'region: There is no such option. Is it regions?'],
  ['onevent', { onevent: quiet }, 'onevent: There is no such option. Is it onEvent?'],
  ['timeoutMs', { deadlines: { timeoutMs: 5 } }, 'connectMs, firstEventMs, idleMs, totalMs'],
])('a name that is none says which one was meant: %s', (_, wrong, message) => {
  const { models, regions, connect } = good;
  expect(() => new LLMManager({ models, regions, connect, catalog, ...wrong } as never)).toThrow(message);
});
