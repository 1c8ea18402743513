// What a retry, a place in a line and a lease cost: CPU time per call and bytes per call that waits, beside p-retry,
// cockatiel, p-limit and p-queue. Run with --expose-gc.
import { createBulkhead, createFleet, type Fleet, retry } from '@outcrop/retry-core';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { retry as cockatiel, ExponentialBackoff, handleAll } from 'cockatiel';
import pLimit from 'p-limit';
import PQueue from 'p-queue';
import pRetry from 'p-retry';

const rounds = 15;
const calls = 50_000;
const few = 10_000;
const many = 100_000;

await compareRetries();
await weighLines();
await timeLines();

/** All take turns in one process, so that a noisy machine is noisy for each of them. */
async function compareRetries(): Promise<void> {
  const done = Promise.resolve('done');
  const policy = cockatiel(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() });
  const caller = new AbortController();
  const ways: Record<string, () => Promise<unknown>> = {
    'the promise alone': async () => done,
    'retry of retry-core': () => retry(() => done),
    'the same, with a signal': () => retry(() => done, { signal: caller.signal }),
    'the same, with two deadlines': () => retry(() => done, { attemptMs: 60_000, totalMs: 300_000 }),
    'p-retry': () => pRetry(() => done, { retries: 2 }),
    cockatiel: () => policy.execute(() => done),
  };
  const times = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      times.get(name)?.push(
        (await cpuUs(async () => {
          for (let call = 0; call < calls; call++) await way();
        })) / calls,
      );
    }
  }
  console.log(`A retry around a promise that is there: µs of CPU per call, median of ${rounds} rounds\n`);
  console.table(Object.fromEntries([...times].map(([name, each]) => [name, { µs: median(each).toFixed(2) }])));
}

async function weighLines(): Promise<void> {
  const ways: Record<string, () => unknown> = {
    'fleet, pulled by capacity()': () => {
      const fleet = createFleet(createVirtualClock());
      return [fleet, pull(fleet, many)];
    },
    'fleet, all in acquire()': () => {
      const fleet = createFleet(createVirtualClock());
      return [fleet, Array.from({ length: many }, () => fleet.acquire(['a', 'b']))];
    },
    'bulkhead, all in run()': () => {
      const bulkhead = createBulkhead({ limit: 10 });
      return [bulkhead, Array.from({ length: many }, () => bulkhead.run(never))];
    },
    'p-limit': () => {
      const limit = pLimit(10);
      return [limit, Array.from({ length: many }, () => limit(never))];
    },
    'p-queue': () => {
      const queue = new PQueue({ concurrency: 10 });
      return [queue, Array.from({ length: many }, () => queue.add(never))];
    },
  };
  // No time passes on this clock, so nobody gets any further.
  console.log(`${many.toLocaleString('en')} calls that wait: bytes each, beyond the request itself\n`);
  const table: Record<string, { bytes: string }> = {};
  for (const [name, way] of Object.entries(ways)) table[name] = { bytes: ((await weightOf(way)) / many).toFixed(0) };
  console.table(table);
}

async function weightOf(way: () => unknown): Promise<number> {
  const before = await heapBytes();
  const held = way();
  const after = await heapBytes();
  // To be weighed it must not be collected before.
  return held === undefined ? Number.NaN : after - before;
}

async function timeLines(): Promise<void> {
  const table: Record<string, Record<string, string>> = {};
  for (const [name, way] of [
    ['fleet, pulled by capacity()', (fleet, count) => pull(fleet, count)],
    [
      'fleet, all in acquire()',
      (fleet, count) => Promise.all(Array.from({ length: count }, () => call(fleet))).then(() => {}),
    ],
  ] as const satisfies [string, (fleet: Fleet, count: number) => Promise<void>][]) {
    const times = { few: [] as number[], many: [] as number[] };
    for (let round = 0; round < 5; round++) {
      for (const [size, count] of [
        ['few', few],
        ['many', many],
      ] as const) {
        const clock = createVirtualClock();
        const fleet = createFleet({ ...clock, limits: () => ({ known: { requestsPerMinute: 30_000 } }) });
        times[size].push((await cpuUs(() => clock.run(way(fleet, count)))) / count);
      }
    }
    const [short, long] = [median(times.few), median(times.many)];
    table[name] = {
      [few.toLocaleString('en')]: short.toFixed(1),
      [many.toLocaleString('en')]: long.toFixed(1),
      ratio: `× ${(long / short).toFixed(2)}`,
    };
  }
  console.log(
    'From acquire() to settle(), four keys, the virtual clock included: µs of CPU per request, by how many wait\n',
  );
  console.table(table);
}

/** As a bulk run does it: what waits is an element of the caller's array. */
function pull(fleet: Fleet, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let next = 0;
  let running = 0;
  function fill(): void {
    while (next < count && running < fleet.capacity()) {
      next++;
      running++;
      call(fleet).then(() => {
        running--;
        fill();
      });
    }
    if (running === 0) resolve();
  }
  fill();
  return promise;
}

async function call(fleet: Fleet): Promise<void> {
  const lease = await fleet.acquire(['a', 'b', 'c', 'd'], { tokens: 1_000 });
  lease.settle({ tokens: 900 });
}

function never(): Promise<void> {
  return new Promise(() => {});
}

async function cpuUs(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function heapBytes(): Promise<number> {
  for (let time = 0; time < 4; time++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
