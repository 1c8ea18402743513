// How much of a quota each client gets out of it that nobody has told: real clients, each in a process of its own, against
// emulators with a hidden quota of requests, in wall time. `bench:bulk-simulation` is the same on virtual time, with long
// jobs and in many worlds.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { createEmulator } from '@outcrop/emulator';
import { type BulkClient, type BulkJob, bulkClients } from './bulk-clients.ts';

/** What became of one job. */
export type BulkRun = {
  regions: number;
  client: BulkClient;
  /** Calls at once as the caller has set them, for each region; `undefined` where the client finds that out itself. */
  concurrency: number | undefined;
  requests: number;
  /** Requests that ended without an answer, or had none when time was up. */
  lost: number;
  /** Refused calls for each answer. */
  throttledShare: number;
  seconds: number;
  /** What a client that knows the quota would have needed for the same answers, as a share of what this one needed. */
  shareOfIdeal: number;
  cpuMsPerAnswer: number;
};

const perRegion = { requestsPerMinute: 600, burstSeconds: 10, requests: 250 };
// What an answer takes.
const latency = { firstTokenMs: 500, tokensPerSecond: 100 };
const answer = 'It is gneiss: its bands are folded, and its grains are coarse. '.repeat(2).trim();
const outputTokens = 40;
const concurrencies = [10, 20, 50];
const regionNames = ['us-east-1', 'us-west-2'];
const longestSeconds = 60;
// They wait for the most part: so many do not disturb each other.
const atOnce = 5;

type Order = { client: BulkClient; job: BulkJob };
type Report = { answered: number; seconds: number; cpuMs: number };

if (process.send) process.once('message', obey);
else if (import.meta.main) console.log(table(await measureBulk()));

/** Runs all of them: two minutes on a quiet machine. */
export async function measureBulk(): Promise<BulkRun[]> {
  const names = Object.keys(bulkClients) as BulkClient[];
  const waiting = [1, 2].flatMap((regions) =>
    names.flatMap((client) => {
      const own = client === '@outcrop/bedrock' ? [undefined] : concurrencies;
      return own.map((concurrency) => ({ regions, client, concurrency }));
    }),
  );
  const runs: BulkRun[] = [];
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) runs.push(await run(next));
  });
  await Promise.all(workers);
  return runs;
}

async function run({
  regions,
  client,
  concurrency,
}: Pick<BulkRun, 'regions' | 'client' | 'concurrency'>): Promise<BulkRun> {
  const { requestsPerMinute, burstSeconds } = perRegion;
  const shape = { kind: 'token_bucket', burstSeconds } as const;
  await using emulator = await createEmulator({ quotas: [{ requestsPerMinute, shape }], latency });
  emulator.when().always(answer);
  const requests = perRegion.requests * regions;
  const job = {
    count: requests,
    regions: regionNames.slice(0, regions),
    concurrency: (concurrency ?? 0) * regions,
    endpoint: emulator.url,
  };
  const { answered, seconds, cpuMs } = await inChild({ client, job });
  const { throttled } = emulator.ledger();
  return {
    regions,
    client,
    concurrency,
    requests,
    lost: requests - answered,
    throttledShare: throttled / answered,
    seconds,
    shareOfIdeal: idealSeconds(answered, regions) / seconds,
    cpuMsPerAnswer: cpuMs / answered,
  };
}

/** The last call can start when the buckets have let through all others, and takes as long as any. */
function idealSeconds(answers: number, regions: number): number {
  const perSecond = (perRegion.requestsPerMinute / 60) * regions;
  const started = Math.max(0, answers / perSecond - perRegion.burstSeconds);
  return started + latency.firstTokenMs / 1_000 + outputTokens / latency.tokensPerSecond;
}

async function inChild(order: Order): Promise<Report> {
  const child: ChildProcess = fork(import.meta.filename, [], { execArgv: process.execArgv });
  child.send(order);
  const [[report]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return report as Report;
}

async function obey({ client, job }: Order): Promise<void> {
  const runBulk = await bulkClients[client]();
  let answered = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const all = runBulk(job, (text) => {
    if (text.trim() === answer) answered += 1;
  });
  await Promise.race([all, setTimeout(longestSeconds * 1_000)]);
  const { user, system } = process.cpuUsage(cpu);
  const report = { answered, seconds: (performance.now() - start) / 1_000, cpuMs: (user + system) / 1_000 };
  process.send?.(report satisfies Report, () => process.exit());
}

function table(runs: BulkRun[]): string {
  const rows = runs.map((run) => [
    run.regions,
    run.client,
    run.concurrency ?? 'by itself',
    run.shareOfIdeal.toFixed(2),
    `${(run.throttledShare * 100).toFixed(1)} %`,
    `${run.lost} of ${run.requests}`,
    run.seconds.toFixed(1),
    run.cpuMsPerAnswer.toFixed(2),
  ]);
  const head = ['regions', 'client', 'at once, each region', 'of the ideal', 'throttled', 'lost', 'seconds', 'CPU ms'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
