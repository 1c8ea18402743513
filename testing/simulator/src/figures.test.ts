import { runManyWorlds, runOurs, type ScenarioName, simulate, strategies, worldOf } from '@outcrop/simulator';
import { expect, test } from 'vitest';

// Of one job of 20,000 calls: the least share of the ideal, and the most throttled calls per success.
test.each<[ScenarioName, busy95: number, throttled: number]>([
  ['uniform', 0.99, 0.01],
  ['tb10', 0.99, 0.01],
  ['tb1', 0.94, 0.01],
  ['fixed_window', 0.97, 0.032],
  ['sliding_window', 0.94, 0.01],
  ['unequal', 0.99, 0.01],
  ['neighbour', 0.99, 0.02],
  ['outage_503', 0.99, 0.015],
  ['outage_black_hole', 0.99, 0.015],
  ['large_max_tokens', 0.98, 0.03],
])(
  '20,000 calls, %s: at least %d of the ideal, at most %d throttled',
  { timeout: 60_000 },
  async (name, busy95, throttled) => {
    const figures = await simulate(worldOf(name, 20_000), runOurs());
    expect(figures.lost).toBe(0);
    expect(figures.busy95).toBeGreaterThanOrEqual(busy95);
    expect(figures.throttled).toBeLessThanOrEqual(throttled);
  },
);

test.each<[ScenarioName, busy95: number, throttled: number]>([
  ['uniform', 0.91, 0.03],
  ['tb10', 0.95, 0.02],
  ['tb1', 0.9, 0.02],
  ['fixed_window', 0.82, 0.045],
  ['sliding_window', 0.8, 0.045],
  ['unequal', 0.9, 0.04],
  ['neighbour', 0.97, 0.05],
  ['outage_503', 0.92, 0.03],
  ['outage_black_hole', 0.92, 0.03],
  ['hung_calls', 0.89, 0.03],
  ['tiny_quotas', 0.98, 0.05],
  ['requests_bound', 0.96, 0.03],
  ['slow_throttles', 0.8, 0.3],
  ['large_max_tokens', 0.77, 0.04],
])('2,000 calls, %s: at least %d of the ideal, at most %d throttled', async (name, busy95, throttled) => {
  const figures = await simulate(worldOf(name, 2_000), runOurs());
  expect(figures.lost).toBe(0);
  expect(figures.busy95).toBeGreaterThanOrEqual(busy95);
  expect(figures.throttled).toBeLessThanOrEqual(throttled);
});

test('quotas too large to be found cost half of the time that knowing them would', async () => {
  const world = worldOf('huge_quotas', 2_000);
  const [ours, best] = [await simulate(world, strategies.fleet), await simulate(world, strategies['all-seeing'])];
  expect([ours.lost, ours.throttledCalls]).toEqual([0, 0]);
  expect(best.doneMs / ours.doneMs).toBeGreaterThanOrEqual(0.45);
});

test('the same world gives the same figures', async () => {
  const [first, again] = [
    await simulate(worldOf('uniform', 500), runOurs()),
    await simulate(worldOf('uniform', 500), runOurs()),
  ];
  expect(again).toEqual(first);
});

test.each<ScenarioName>(['three_processes', 'latecomers'])(
  '%s that do not know of each other share fairly',
  { timeout: 60_000 },
  async (name) => {
    const figures = await simulate(worldOf(name, 20_000), runOurs());
    expect(figures.lost).toBe(0);
    expect(figures.busy95).toBeGreaterThanOrEqual(0.96);
    expect(figures.fairness).toBeGreaterThanOrEqual(0.9);
    expect(figures.throttled).toBeLessThanOrEqual(0.03);
  },
);

test('a storm of ten minutes costs few calls, and is over soon after its end', async () => {
  const world = worldOf('storm', 2_000);
  const calm = worldOf('uniform', 2_000);
  const [figures, usual] = [await simulate(world, runOurs()), await simulate(calm, runOurs())];
  const [outage] = world.targets[0]?.outages ?? [];
  const firstAfter = figures.tally.successes.find((at) => at >= (outage?.toMs ?? 0));
  expect(figures.lost).toBe(0);
  for (const { key } of world.targets) {
    const before = usual.tally.throttled.get(key) ?? 0;
    expect((figures.tally.throttled.get(key) ?? 0) - before).toBeLessThanOrEqual(60);
  }
  expect((firstAfter ?? Number.POSITIVE_INFINITY) - (outage?.toMs ?? 0)).toBeLessThanOrEqual(20_000);
});

test('in random worlds nothing is lost, and nothing stands still', { timeout: 600_000 }, async () => {
  const seeds = Array.from({ length: worlds }, (_, index) => index + 1);
  expect((await runManyWorlds(seeds, 500)).failures).toEqual([]);
});

// `FC_RUNS` asks every property for more.
const worlds = 2 * Number(process.env['FC_RUNS'] ?? '100');
