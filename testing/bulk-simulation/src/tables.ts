// A bulk run under quotas that nobody knows, from `runAll` down through a real manager, beside the policies of what
// people use. `tables.ts [requests…]`. The same command prints the same figures on any machine.
import { type ScenarioName, simulate, worldOf } from '@outcrop/simulator';
import { bulkRunners } from './peers.ts';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2_000, 20_000];
const names: ScenarioName[] = [
  'uniform',
  'tb1',
  'fixed_window',
  'sliding_window',
  'unequal',
  'neighbour',
  'outage_503',
  'outage_black_hole',
  'large_max_tokens',
  'hung_calls',
  'storm',
  'three_processes',
];

for (const requests of sizes) {
  console.log(`### ${requests.toLocaleString('en')} requests: of the fluid ideal / throttled per success / lost\n`);
  const heads = ['scenario', ...Object.keys(bulkRunners)];
  console.log(`| ${heads.join(' | ')} |\n| ${heads.map(() => '---').join(' | ')} |`);
  for (const name of names) {
    const cells = [];
    for (const runner of Object.values(bulkRunners)) {
      const { busy95, throttled, lost } = await simulate(worldOf(name, requests), runner);
      const share = lost * 20 > requests ? '–' : busy95.toFixed(3);
      cells.push(`${share} / ${(100 * throttled).toFixed(throttled < 1 ? 1 : 0)} % / ${lost}`);
    }
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
  console.log();
}
