import { type ScenarioName, simulate, worldOf } from '@outcrop/simulator';
import { expect, test } from 'vitest';
import { bulkRun } from './bulk.ts';

// From `runAll` down through a real manager: the least share of the ideal, and the most throttled calls per success.
test.each<[requests: number, ScenarioName, busy95: number, throttled: number]>([
  [2_000, 'uniform', 0.91, 0.045],
  [2_000, 'tb1', 0.9, 0.02],
  [2_000, 'fixed_window', 0.82, 0.05],
  [2_000, 'sliding_window', 0.82, 0.05],
  [2_000, 'unequal', 0.89, 0.035],
  [2_000, 'neighbour', 0.97, 0.09],
  [2_000, 'outage_503', 0.92, 0.045],
  [2_000, 'outage_black_hole', 0.92, 0.045],
  [2_000, 'large_max_tokens', 0.76, 0.045],
  [2_000, 'hung_calls', 0.89, 0.045],
  [2_000, 'storm', 0.96, 0.15],
  [2_000, 'three_processes', 0.88, 0.12],
  [20_000, 'uniform', 0.98, 0.015],
  [20_000, 'outage_black_hole', 0.95, 0.02],
  [20_000, 'neighbour', 0.98, 0.025],
])(
  '%i requests, %s: none lost, at least %d of the ideal, at most %d throttled',
  { timeout: 120_000 },
  async (requests, name, busy95, throttled) => {
    const figures = await simulate(worldOf(name, requests), bulkRun);
    expect(figures.lost).toBe(0);
    expect(figures.busy95).toBeGreaterThanOrEqual(busy95);
    expect(figures.throttled).toBeLessThanOrEqual(throttled);
  },
);
