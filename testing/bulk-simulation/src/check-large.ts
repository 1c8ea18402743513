// The largest jobs, for releases: `check-large.ts [requests]`.
import { type ScenarioName, simulate, worldOf } from '@outcrop/simulator';
import { bulkRun } from './bulk.ts';

const requests = Number(process.argv[2] ?? 100_000);
const names: ScenarioName[] = ['uniform', 'fixed_window', 'unequal', 'neighbour', 'outage_black_hole', 'storm'];

for (const name of names) {
  const { lost, busy95, throttled } = await simulate(worldOf(name, requests), bulkRun);
  console.log(`${name}: ${busy95.toFixed(3)} of the ideal, ${(100 * throttled).toFixed(1)} % throttled, ${lost} lost`);
  if (lost > 0 || busy95 < 0.95 || throttled > 0.05) process.exitCode = 1;
}
