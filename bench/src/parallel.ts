// What a bulk run adds to the calls it makes: CPU per request beside p-limit and p-queue, the price of a journal's
// line, and memory by the length of the input. `node --expose-gc … src/parallel.ts`
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Converse, ConverseRequest } from '@outcrop/converse';
import { requestFromJson } from '@outcrop/converse/json';
import { reply } from '@outcrop/converse/testing';
import { runAll } from '@outcrop/parallel';
import { openJournal } from '@outcrop/parallel/node';
import pLimit from 'p-limit';
import PQueue from 'p-queue';

const rounds = 7;
const count = 20_000;
const concurrency = 256;
const answer = { ...reply('A rock.'), usage: { inputTokens: 9, outputTokens: 3, totalTokens: 12 } };
// As a call does, it ends in a later turn of the loop.
const model: Converse = {
  converse: () => new Promise((resolve) => setImmediate(resolve, answer)),
  converseStream() {
    throw new Error('A bulk run does not stream.');
  },
};
const requests: ConverseRequest[] = Array.from({ length: count }, (_, number) => ({
  messages: [{ role: 'user', content: [{ text: `Rock ${number}` }] }],
}));

let journals = 0;
const folder = mkdtempSync(join(tmpdir(), 'outcrop-bench-'));
try {
  await cpu();
  await memory();
} finally {
  rmSync(folder, { recursive: true });
}

async function cpu(): Promise<void> {
  const contenders: Record<string, () => Promise<unknown>> = {
    'the calls alone': () => waves(),
    'p-limit': () => {
      const limit = pLimit(concurrency);
      return Promise.all(requests.map((request) => limit(() => model.converse(request))));
    },
    'p-queue': () => {
      const queue = new PQueue({ concurrency });
      return Promise.all(requests.map((request) => queue.add(() => model.converse(request))));
    },
    'runAll, result': () => runAll(model, requests).result,
    'runAll, summary': () => runAll(model, requests).summary,
    'runAll, timeoutMs': () => runAll(model, requests, { timeoutMs: 300_000 }).summary,
    'runAll, journal': () => journaled(),
  };
  const times = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      globalThis.gc?.();
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      // The first round warms up.
      if (round > 0) times.get(name)?.push((user + system) / count);
    }
  }
  console.log(
    `CPU per request, ${count} requests, ${concurrency} at once, median (least to most) of ${rounds} interleaved rounds`,
  );
  for (const [name, each] of times) {
    const sorted = each.toSorted((a, b) => a - b);
    const [least, middle, most] = [sorted[0], sorted[rounds >> 1], sorted.at(-1)].map((us) => us?.toFixed(1));
    console.log(`${name.padEnd(20)} ${middle} µs (${least} to ${most})`);
  }
}

async function waves(): Promise<void> {
  for (let at = 0; at < count; at += concurrency) {
    await Promise.all(requests.slice(at, at + concurrency).map((request) => model.converse(request)));
  }
}

async function journaled(): Promise<void> {
  using journal = openJournal(join(folder, `${journals++}.journal`));
  await runAll(model, requests, { journal }).summary;
}

async function memory(): Promise<void> {
  console.log('\nHeap in use while a run reads its requests from a file, most of all samples');
  for (const lines of [1_000, 10_000, 100_000]) {
    const path = join(folder, `${lines}.jsonl`);
    writeFileSync(
      path,
      `${requests
        .slice(0, 1_000)
        .map((request) => JSON.stringify(request))
        .join('\n')}\n`.repeat(lines / 1_000),
    );
    using journal = openJournal(`${path}.journal`);
    let most = 0;
    let seen = 0;
    for await (const _ of runAll(model, requestsIn(path), { journal })) {
      if (++seen % 500 === 0) {
        globalThis.gc?.();
        most = Math.max(most, process.memoryUsage().heapUsed);
      }
    }
    console.log(`${String(lines).padStart(7)} requests ${(most / 1e6).toFixed(1)} MB`);
  }
}

async function* requestsIn(path: string): AsyncGenerator<ConverseRequest> {
  for await (const line of createInterface(createReadStream(path))) yield requestFromJson(line);
}
