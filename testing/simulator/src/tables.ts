// How a job fares under quotas that nobody knows: the fleet beside what others do, in the simulator's virtual time.
// `tables.ts [requests…]`. The same command prints the same figures on any machine.
import { type Figures, simulate } from './run.ts';
import { type ScenarioName, scenarios, worldOf } from './scenarios.ts';
import { strategies } from './strategies.ts';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [2_000, 20_000];

type Row = [scenario: string, figures: Record<keyof typeof strategies, Figures>];

for (const requests of sizes) {
  const rows: Row[] = [];
  for (const scenario of Object.keys(scenarios) as ScenarioName[])
    rows.push([scenario, await allOf(scenario, requests)]);
  const size = requests.toLocaleString('en');
  console.log(`### ${size} requests, the fleet\n`);
  print(
    ['scenario', 'of the fluid ideal', 'of the all-seeing', 'throttled per success', 'all waste', 'lost', 'fairness'],
    rows.map(([scenario, { fleet, 'all-seeing': best }]) => [
      scenario,
      share(fleet.busy95),
      share(best.doneMs / fleet.doneMs),
      percent(fleet.throttled),
      percent(fleet.waste),
      String(fleet.lost),
      share(fleet.fairness),
    ]),
  );
  console.log(`### ${size} requests, side by side: of the fluid ideal / throttled per success / lost\n`);
  print(
    ['scenario', ...Object.keys(strategies)],
    rows.map(([scenario, figures]) => [
      scenario,
      ...Object.values(figures).map(
        ({ busy95, throttled, lost }) =>
          `${lost * 20 > requests ? '–' : share(busy95)} / ${percent(throttled)} / ${lost}`,
      ),
    ]),
  );
}

async function allOf(scenario: ScenarioName, requests: number): Promise<Row[1]> {
  const figures: Partial<Row[1]> = {};
  for (const [name, strategy] of Object.entries(strategies)) {
    figures[name as keyof typeof strategies] = await simulate(worldOf(scenario, requests), strategy);
  }
  return figures as Row[1];
}

function print(heads: string[], rows: string[][]): void {
  const lines = [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  console.log(`${lines.join('\n')}\n`);
}

function share(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}

function percent(value: number): string {
  return value >= 1 ? `${(100 * value).toFixed(0)} %` : `${(100 * value).toFixed(1)} %`;
}
