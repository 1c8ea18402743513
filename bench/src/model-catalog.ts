// What the catalog costs: to import, to load, and to look a name up, in CPU time.
import { execFileSync } from 'node:child_process';
import { brotliCompressSync } from 'node:zlib';
import { bundledSnapshot, costOf, createCatalog } from '@outcrop/model-catalog';

const runs = 9;
const lookUps = 1_000_000;

const catalog = createCatalog();
const { models } = catalog;
const ids = models.flatMap(({ id, profiles }) => [id, ...profiles.map((profile) => profile.id)]);
const names = models.map(({ name }) => name);
const spellings = models.flatMap(({ name, provider, alsoCalled = [] }) => [
  name.toLowerCase().replaceAll(' ', '-'),
  `${provider} ${name}`,
  ...alsoCalled,
]);
const usage = { inputTokens: 1200, outputTokens: 300, totalTokens: 11_500, cacheReadInputTokens: 10_000 };
const route = catalog.resolve('Claude Haiku 4.5', { region: 'us-east-1' });

const rows: [what: string, work: (at: number) => unknown][] = [
  ['look up: names as written', (at) => catalog.model(names[at % names.length] as string)],
  ['look up: ids', (at) => catalog.model(ids[at % ids.length] as string)],
  ['look up: other spellings', (at) => catalog.model(spellings[at % spellings.length] as string)],
  ['resolve: name and region', (at) => resolve(names[at % names.length] as string)],
  ['costOf', () => costOf(usage, route)],
];

console.log(`millions a second on one core, median of ${runs} runs of ${lookUps.toLocaleString('en')}`);
console.table(Object.fromEntries(rows.map(([what, work]) => [what, { 'M/s': (1 / cost(work)).toFixed(2) }])));

const json = JSON.stringify(bundledSnapshot());
console.log('ms in a fresh process, of the built package');
console.table({
  'import, nothing asked': { ms: fresh('await import("@outcrop/model-catalog")') },
  'import, and the first look-up': {
    ms: fresh('(await import("@outcrop/model-catalog")).createCatalog().model("Nova Lite")'),
  },
});
console.log(
  `snapshot: ${(json.length / 1000).toFixed(0)} kB of JSON, ${(brotliCompressSync(json).length / 1000).toFixed(1)} kB brotli`,
);

function resolve(name: string): unknown {
  return catalog.routes(name, { region: 'us-east-1' })[0];
}

/** Microseconds of CPU for one call. */
function cost(work: (at: number) => unknown): number {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    for (let at = 0; at < lookUps; at++) work(at);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / lookUps);
  }
  return median(times);
}

/** Milliseconds of a script in processes of their own. */
function fresh(script: string): string {
  const timed = `const before = performance.now(); ${script}; console.log(performance.now() - before)`;
  const args = ['--input-type=module', '--eval', timed];
  const times = Array.from({ length: runs }, () => Number(execFileSync(process.execPath, args)));
  return median(times).toFixed(1);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
