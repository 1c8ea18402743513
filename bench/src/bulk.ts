// What each client gets out of a quota that nobody has told it: real clients, each in a process of its own, against
// emulators with a hidden quota of requests, in wall time. `bench:bulk` is the same on virtual time, with long jobs, other
// quotas and outages.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createEmulator } from '@outcrop/emulator';
import { type BulkClient, type BulkJob, bulkClients } from './bulk-clients.ts';
import { type Figure, type Measured, type NotRun, spread } from './figure.ts';
import { table } from './tables.ts';

/** What became of one job. */
export type BulkRun = {
  regions: number;
  client: BulkClient;
  /** Calls at once in each region, as the caller says; `undefined` where the client finds that out itself. */
  concurrency: number | undefined;
  requests: number;
  /** Requests that ended without an answer, or had none when time was up. */
  lost: number;
  /** Refused calls for each answer. */
  throttledShare: number;
  seconds: number;
  /** The time that who knows the quota would have needed for the same answers, as a share of the time it took. */
  shareOfIdeal: number;
  cpuMsPerAnswer: number;
};

export type BulkOrder = { client: BulkClient; job: BulkJob };
export type BulkReport = { answered: number; seconds: number; cpuMs: number };

export const answer = 'It is gneiss: its bands are folded, and its grains are coarse. '.repeat(2).trim();
export const longestSeconds = 60;

const perRegion = { requestsPerMinute: 600, burstSeconds: 10, requests: 250 };
// An answer of some 40 tokens takes 0.9 s.
const latency = { firstTokenMs: 500, tokensPerSecond: 100 };
const answerSeconds = 0.9;
const concurrencies = [10, 20, 50];
const regionNames = ['us-east-1', 'us-west-2'];
// They wait for the most part, so that this many do not disturb each other.
const jobsAtOnce = 6;

if (import.meta.main) {
  const { runs, notRun } = await measureBulk();
  const head = ['regions', 'client', 'at once in each', 'of the ideal', 'throttled', 'lost', 'seconds', 'CPU ms'];
  console.log(table(head, runs.map(rowOf)));
  for (const { client, why } of notRun) console.log(`${client} did not run: ${why}`);
}

/**
 * The best that each library came to, however it was told to retry and with however many calls at once: with the fewest
 * lost, and among those the soonest.
 */
export async function bulk(): Promise<Measured> {
  const { runs, notRun } = await measureBulk();
  const figures = [1, 2].flatMap((regions) => {
    const here = Map.groupBy(
      runs.filter((run) => run.regions === regions),
      ({ client }) => client.split(',', 1)[0] as string,
    );
    return [...here].flatMap(([library, own]) =>
      figuresOf(
        library,
        own.reduce((one, other) => (rank(other) < rank(one) ? other : one)),
      ),
    );
  });
  return { figures, notRun };
}

function figuresOf(client: string, run: BulkRun): Figure[] {
  const where = run.regions === 1 ? 'one region' : `${run.regions} regions`;
  const figure = (what: string, unit: string, value: number) => ({
    what: `bulk in ${where}: ${what}`,
    unit,
    client,
    ...spread([value]),
  });
  return [
    figure('share of the ideal', '', run.shareOfIdeal),
    figure('throttled', '%', run.throttledShare * 100),
    figure('lost', `of ${run.requests}`, run.lost),
    figure('time', 's', run.seconds),
    figure('CPU of an answer', 'ms', run.cpuMsPerAnswer),
    ...(run.concurrency === undefined ? [] : [figure('calls at once in each region', 'calls', run.concurrency)]),
  ];
}

/** All clients with all numbers of calls at once: three minutes. */
export async function measureBulk(): Promise<{ runs: BulkRun[]; notRun: NotRun[] }> {
  const names = Object.keys(bulkClients) as BulkClient[];
  const settings = [1, 2].flatMap((regions) =>
    names.flatMap((client) => {
      const own = client === 'ParallelLLMManager' ? [undefined] : concurrencies;
      return own.map((concurrency) => ({ regions, client, concurrency }));
    }),
  );
  const runs: (BulkRun | undefined)[] = settings.map(() => undefined);
  const notRun: NotRun[] = [];
  const waiting = settings.entries();
  const workers = Array.from({ length: jobsAtOnce }, async () => {
    for (const [index, setting] of waiting) {
      try {
        runs[index] = await run(setting);
      } catch (error) {
        notRun.push({ what: 'bulk', client: setting.client, why: String(error) });
      }
    }
  });
  await Promise.all(workers);
  return { runs: runs.filter((each) => each !== undefined), notRun };
}

function rank({ lost, seconds }: BulkRun): number {
  return lost * longestSeconds * 2 + seconds;
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
  const count = perRegion.requests * regions;
  const job = {
    count,
    regions: regionNames.slice(0, regions),
    concurrency: (concurrency ?? 0) * regions,
    endpoint: emulator.url,
  };
  const { answered, seconds, cpuMs } = await inChild({ client, job });
  return {
    regions,
    client,
    concurrency,
    requests: count,
    lost: count - answered,
    throttledShare: emulator.ledger().throttled / answered,
    seconds,
    shareOfIdeal: idealSeconds(answered, regions) / seconds,
    cpuMsPerAnswer: cpuMs / answered,
  };
}

/** The last call starts when the buckets have let through all others, and takes as long as any. */
function idealSeconds(answers: number, regions: number): number {
  const perSecond = (perRegion.requestsPerMinute / 60) * regions;
  return Math.max(0, answers / perSecond - perRegion.burstSeconds) + answerSeconds;
}

async function inChild(order: BulkOrder): Promise<BulkReport> {
  const child = fork(join(import.meta.dirname, 'bulk-child.ts'), { execArgv: process.execArgv });
  let report: BulkReport | undefined;
  child.once('message', (sent: BulkReport) => {
    report = sent;
  });
  child.send(order);
  const [code] = await once(child, 'exit');
  if (report === undefined) throw new Error(`Its process ended with ${code}.`);
  return report;
}

function rowOf(run: BulkRun): string[] {
  return [
    String(run.regions),
    run.client,
    String(run.concurrency ?? 'by itself'),
    run.shareOfIdeal.toFixed(2),
    `${(run.throttledShare * 100).toFixed(1)} %`,
    `${run.lost} of ${run.requests}`,
    run.seconds.toFixed(1),
    run.cpuMsPerAnswer.toFixed(2),
  ];
}
