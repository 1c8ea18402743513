// The one command: everything that is measured beside peers, in one run on one machine. `pnpm bench` prints it and
// writes it to `results/` and to the front page; `pnpm bench --guard` holds our ratios to those of the last run.
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../scripts/run.ts';
import { bundles } from './bundles.ts';
import { buildChildren } from './child.ts';
import { base, type ClientName, clients, onServers } from './clients.ts';
import { costs, footprints } from './costs.ts';
import { detection } from './detection.ts';
import { capacity } from './emulator.ts';
import type { Measured } from './figure.ts';
import { guard } from './guard.ts';
import { type Results, readResults, writeResults } from './results.ts';
import { circumstances, longTable } from './tables.ts';

const { guarding, rounds } = readOptions();
const before = guarding ? readResults() : undefined;
const ours = onServers.filter((name) => clients[name].packages[0]?.startsWith('@outcrop/'));
const names: readonly ClientName[] = guarding ? [base, ...ours] : onServers;
const started = Date.now();

await buildChildren();
const measured = await measure(guarding ? guarded() : all());
const results: Results = {
  date: new Date(started).toISOString(),
  node: process.version,
  machine: machine(),
  service: 'emulator',
  rounds,
  seconds: Math.round((Date.now() - started) / 1_000),
  versions: versions(),
  ...measured,
};

if (before) {
  const { said, failed } = guard(results, before, ours);
  console.log(said);
  process.exit(failed ? 1 : 0);
}
console.log(`${longTable(results)}\n\n${circumstances(results)}`);
writeResults(results);
run(join(import.meta.dirname, '../..'), ['node', 'scripts/check-figures.ts', '--write']);
process.exit();

type Parts = Record<string, () => Promise<Measured>>;

/** What is measured, in the order of the table. */
function all(): Parts {
  const order = { clients: names, rounds };
  return {
    ...guarded(),
    'first text': () =>
      costs('first_text', 1, {
        ...order,
        names: { firstTextMs: ['first text', 'ms'] },
        beyond: { 'first text': 'first text, beyond node:http' },
      }),
    // These load peers into this process: if one cannot be loaded, the rest of the table is there all the same.
    wire: async () => (await import('./wire.ts')).wire(),
    bulk: async () => (await import('./bulk.ts')).bulk(),
    detection: () => detection(rounds),
    'emulator capacity': () => capacity(rounds),
  };
}

/** What has a ratio that is held. */
function guarded(): Parts {
  const order = { clients: names, rounds };
  const named = (what: string) =>
    ({ cpuUs: [`CPU of ${what}`, 'µs'], wallUs: [`wall time of ${what}`, 'µs'] }) as const;
  return {
    calls: () => costs('call', 1, { ...order, names: named('a call') }),
    'calls, 32 at once': () => costs('call', 32, { ...order, names: named('a call, 32 at once') }),
    streams: () => costs('stream', 1, { ...order, names: named('a streamed event') }),
    footprints: () =>
      footprints({
        ...order,
        names: {
          importCpuMs: ['CPU of the import', 'ms'],
          importMs: ['wall time of the import', 'ms'],
          firstAnswerMs: ['first answer of a process', 'ms'],
          loadedMb: ['memory after the import', 'MB'],
          usedMb: ['memory after 1,000 calls', 'MB'],
        },
      }),
    bundles: () => bundles(names),
  };
}

async function measure(parts: Parts): Promise<Measured> {
  const measured: Measured = { figures: [], notRun: [] };
  for (const [name, take] of Object.entries(parts)) {
    const start = performance.now();
    process.stderr.write(`${name} … `);
    const { figures, notRun } = await take().catch(
      (error: Error): Measured => ({ figures: [], notRun: [{ what: name, client: 'all', why: error.message }] }),
    );
    process.stderr.write(`${Math.round((performance.now() - start) / 1_000)} s\n`);
    for (const { client, why } of notRun) process.stderr.write(`  ${client} did not run: ${why}\n`);
    measured.figures.push(...figures);
    measured.notRun.push(...notRun);
  }
  return measured;
}

function readOptions(): { guarding: boolean; rounds: number } {
  try {
    const { values } = parseArgs({ options: { guard: { type: 'boolean' }, rounds: { type: 'string' } } });
    const guarding = values.guard ?? false;
    const rounds = Number(values.rounds ?? (guarding ? 3 : 5));
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1 on.`);
    return { guarding, rounds };
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: pnpm bench [--guard] [--rounds N]`);
    process.exit(2);
  }
}

function machine(): Results['machine'] {
  const [cpu] = cpus();
  const os = `${type()} ${release().split('.', 2).join('.')}`;
  return { cpu: cpu?.model ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 1e9), os };
}

function versions(): Record<string, string> {
  const packages = [...Object.values(clients).flatMap((client) => client.packages), 'file-type'];
  const versionOf = (name: string): string =>
    JSON.parse(readFileSync(join(import.meta.dirname, '../node_modules', name, 'package.json'), 'utf8')).version;
  return Object.fromEntries([...new Set<string>(packages)].sort().map((name) => [name, versionOf(name)]));
}
