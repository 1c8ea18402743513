// What the emulator serves on one core: a client in a process of its own asks over raw sockets and parses nothing. Beside
// what was served in a second stands what it would be in a second of the emulator's own CPU: that is what a core of its
// own would serve, however busy the machine is.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventsOf } from '@outcrop/converse/testing';
import { createEmulator } from '@outcrop/emulator';
import { compare, type Measured } from './figure.ts';

const warmUps = 2_000;
const requests = 20_000;
const streams = 100;
const eventsPerStream = 2_000;
const memoryMarks = [25_000, 50_000, 100_000];
const concurrency = 32;

const body = JSON.stringify({
  messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }],
  inferenceConfig: { maxTokens: 100 },
});

type Order = { operation: 'converse' | 'converse-stream'; times: number };

if (import.meta.main) {
  const [, , url] = process.argv;
  if (url === undefined) await serve();
  else await obey(url);
}

/** The same for the one table: what a second of its CPU would serve. */
export function capacity(rounds: number): Promise<Measured> {
  const [calls, events] = ['calls that the emulator serves', 'events that the emulator streams'];
  return compare({
    clients: ['emulator'],
    rounds,
    units: { [calls]: 'in a second of its CPU', [events]: 'in a second of its CPU' },
    take: async () => {
      await using service = await start();
      const { child } = service;
      await run(child, { operation: 'converse', times: warmUps });
      const called = await run(child, { operation: 'converse', times: requests / 2 });
      await run(child, { operation: 'converse-stream', times: streams / 10 });
      const streamed = await run(child, { operation: 'converse-stream', times: streams / 2 });
      return {
        [calls]: requests / 2 / called.cpuSeconds,
        [events]: ((streams / 2) * eventsPerStream) / streamed.cpuSeconds,
      };
    },
  });
}

async function start() {
  const events = eventsOf('granite '.repeat(eventsPerStream), { pieceLength: 8 });
  const emulator = await createEmulator({ quotas: [{ requestsPerMinute: 1e9, tokensPerMinute: 1e12 }] });
  emulator.when({ operation: 'ConverseStream' }).always(events);
  const child = fork(import.meta.filename, [emulator.url], { execArgv: process.execArgv });
  return {
    child,
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await emulator.close();
    },
  };
}

async function serve(): Promise<void> {
  await using service = await start();
  const { child } = service;

  await run(child, { operation: 'converse', times: warmUps });
  const calls = await run(child, { operation: 'converse', times: requests });
  console.log(`Converse: ${perSecond(requests, calls)}`);

  await run(child, { operation: 'converse-stream', times: streams / 10 });
  const streamed = await run(child, { operation: 'converse-stream', times: streams });
  console.log(`ConverseStream, events one by one: ${perSecond(streams * eventsPerStream, streamed)}`);

  let served = warmUps + requests;
  for (const mark of memoryMarks) {
    await run(child, { operation: 'converse', times: mark - served });
    served = mark;
    console.log(`heap behind ${mark} calls: ${(heapBytes() / 1e6).toFixed(1)} MB`);
  }
}

type Spent = { seconds: number; cpuSeconds: number };

async function run(child: ChildProcess, order: Order): Promise<Spent> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  child.send(order);
  await once(child, 'message');
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1_000, cpuSeconds: (user + system) / 1e6 };
}

function perSecond(count: number, { seconds, cpuSeconds }: Spent): string {
  return `${(count / seconds).toFixed(0)}/s, ${(count / cpuSeconds).toFixed(0)} in a second of its CPU`;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

async function obey(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  process.on('message', async ({ operation, times }: Order) => {
    await many(times, () => post(agent, `${url}/model/amazon.nova-lite-v1%3A0/${operation}`));
    process.send?.('done');
  });
  await once(process, 'disconnect');
  agent.destroy();
}

async function many(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const workers = Array.from({ length: concurrency }, async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  });
  await Promise.all(workers);
}

function post(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(url, { method: 'POST', agent, headers: { 'content-length': body.length } }, (response) => {
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
