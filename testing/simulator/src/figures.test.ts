import { randomWorld, runOurs, type ScenarioName, simulate, worldOf } from '@outcrop/simulator';
import { expect, test } from 'vitest';

// Of one job of 20,000 calls: the least share of the ideal, and the most throttled calls per success.
test.each<[ScenarioName, busy95: number, throttled: number]>([
  ['uniform', 0.98, 0.02],
  ['unequal', 0.98, 0.02],
  ['neighbour', 0.98, 0.021],
  ['requests_bound', 0.98, 0.02],
  ['tb10', 0.98, 0.02],
  ['outage_503', 0.96, 0.02],
  ['outage_black_hole', 0.96, 0.02],
  ['fixed_window', 0.95, 0.06],
  ['sliding_window', 0.9, 0.06],
  ['tb1', 0.8, 0.02],
  ['large_max_tokens', 0.96, 0.04],
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

test.each<[ScenarioName, busy95: number]>([
  ['uniform', 0.86],
  ['unequal', 0.86],
  ['neighbour', 0.86],
  ['tb10', 0.86],
  ['outage_503', 0.86],
  ['outage_black_hole', 0.86],
  ['fixed_window', 0.72],
  ['sliding_window', 0.72],
  ['tb1', 0.7],
])('2,000 calls, %s: at least %d of the ideal', { timeout: 60_000 }, async (name, busy95) => {
  const world = worldOf(name, 2_000);
  const figures = await simulate(world, runOurs());
  expect(figures.lost).toBe(0);
  expect(figures.busy95).toBeGreaterThanOrEqual(busy95);
  expect(figures.throttledCalls).toBeLessThanOrEqual(0.03 * 2_000 + 25 * world.targets.length);
});

test('the same world gives the same figures', async () => {
  const [first, again] = [
    await simulate(worldOf('uniform', 500), runOurs()),
    await simulate(worldOf('uniform', 500), runOurs()),
  ];
  expect(again).toEqual(first);
});

test('three processes that do not know of each other share fairly', { timeout: 60_000 }, async () => {
  const figures = await simulate(worldOf('three_processes', 20_000), runOurs());
  expect(figures.lost).toBe(0);
  expect(figures.fairness).toBeGreaterThanOrEqual(0.9);
  expect(figures.throttled).toBeLessThanOrEqual(0.04);
});

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

test('in random worlds nothing is lost, and nothing stands still', { timeout: 120_000 }, async () => {
  const bad: string[] = [];
  for (let seed = 1; seed <= worlds; seed++) {
    const world = randomWorld(seed);
    const { lost, doneMs, idealMs } = await simulate({ ...world, requests: Math.min(world.requests, 500) }, runOurs());
    // A small job is over before anything is learnt, and a window that was missed costs a minute.
    if (lost > 0 || doneMs > 3 * idealMs + 180_000) bad.push(`${world.name}: ${lost} lost, ${doneMs} of ${idealMs} ms`);
  }
  expect(bad).toEqual([]);
});

// `FC_RUNS` asks every property for more.
const worlds = 2 * Number(process.env['FC_RUNS'] ?? '100');
