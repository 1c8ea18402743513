import type { MeterShape, Quota } from '@outcrop/emulator/service';
import type { Target, World } from './world.ts';

export const shapes = {
  tb60: { kind: 'token_bucket', burstSeconds: 60 },
  tb10: { kind: 'token_bucket', burstSeconds: 10 },
  tb1: { kind: 'token_bucket', burstSeconds: 1 },
  fw60: { kind: 'fixed_window' },
  sw60: { kind: 'sliding_window' },
} as const satisfies Record<string, MeterShape>;

const usual: Quota = { tokensPerMinute: 500_000, requestsPerMinute: 250, burndown: 5 };

/** The worlds of the tables. Each gets its job's size and its seed. */
export const scenarios = {
  uniform: () => ({ targets: four(usual) }),
  tb10: () => ({ targets: four({ ...usual, shape: shapes.tb10 }) }),
  tb1: () => ({ targets: four({ ...usual, shape: shapes.tb1 }) }),
  fixed_window: () => ({ targets: four({ ...usual, shape: shapes.fw60 }) }),
  sliding_window: () => ({ targets: four({ ...usual, shape: shapes.sw60 }) }),
  unequal: () => ({
    targets: targetsOf(
      [1_470_000, 300_000, 200_000, 30_000].map((tokensPerMinute) => ({
        ...usual,
        tokensPerMinute,
        requestsPerMinute: undefined,
      })),
    ),
  }),
  neighbour: () => ({ targets: four({ ...usual, neighbour: 0.6 }) }),
  no_requests_limit: () => ({ targets: four({ ...usual, requestsPerMinute: undefined }) }),
  requests_bound: () => ({ targets: four({ ...usual, requestsPerMinute: 100 }) }),
  outage_503: () => ({ targets: withOutage('unavailable', 20_000, 360_000) }),
  outage_black_hole: () => ({ targets: withOutage('black_hole', 20_000, 360_000) }),
  large_max_tokens: () => ({ targets: four(usual), maxTokens: 8_192 }),
  mostly_refunds: () => ({
    targets: four({ tokensPerMinute: 100_000, burndown: 1, shape: shapes.tb10 }),
    maxTokens: 8_192,
  }),
  tiny_quotas: () => ({ targets: targetsOf(Array(3).fill({ requestsPerMinute: 10 })) }),
  huge_quotas: () => ({ targets: four({ ...usual, tokensPerMinute: 20_000_000, requestsPerMinute: undefined }) }),
  hidden_cap: () => ({ targets: four({ ...usual, concurrent: 12 }) }),
  hung_calls: () => ({ targets: four(usual), hangs: 0.02 }),
  slow_throttles: () => ({ targets: four(usual), slowThrottleMs: 1_500 }),
  three_processes: () => ({ targets: four(usual), processes: 3 }),
  latecomers: () => ({ targets: four(usual), processes: 3, apartMs: 120_000 }),
  storm: () => ({ targets: withStorm(60_000, 660_000) }),
  large_and_small: () => ({
    targets: targetsOf([1_470_000, 30_000].map((tokensPerMinute) => ({ tokensPerMinute, burndown: 5 }))),
  }),
  flaky: () => ({
    targets: four({ ...usual, tokensPerMinute: 2_000_000, requestsPerMinute: undefined }),
    unavailable: 0.035,
  }),
  early_storm: () => ({ targets: withStorm(0, 60_000) }),
} satisfies Record<string, () => Omit<World, 'name' | 'seed' | 'requests'>>;

export type ScenarioName = keyof typeof scenarios;

export function worldOf(name: ScenarioName, requests: number, seed = 1): World {
  return { name, seed, requests, ...scenarios[name]() };
}

function four(quota: Quota): Target[] {
  return targetsOf([quota, quota, quota, quota]);
}

function targetsOf(quotas: readonly Quota[]): Target[] {
  return quotas.map((quota, index) => ({ key: `region-${index + 1}`, quota }));
}

function withStorm(fromMs: number, toMs: number): Target[] {
  return four(usual).map((target) => ({ ...target, outages: [{ fromMs, toMs, kind: 'throttled' }] }));
}

function withOutage(kind: 'unavailable' | 'black_hole', fromMs: number, toMs: number): Target[] {
  const [first, ...others] = four(usual) as [Target, ...Target[]];
  return [{ ...first, outages: [{ fromMs, toMs, kind }] }, ...others];
}
