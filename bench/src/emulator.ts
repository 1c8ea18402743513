// What the emulator serves on one core: a client in a process of its own asks over raw sockets and parses nothing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { eventsOf } from '@outcrop/converse/testing';
import { createEmulator } from '@outcrop/emulator';

const warmUps = 1_000;
const requests = 20_000;
const streams = 100;
const eventsPerStream = 2_000;
const concurrency = 32;

const body = JSON.stringify({
  messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }],
  inferenceConfig: { maxTokens: 100 },
});

const [, , url] = process.argv;
if (url === undefined) await serve();
else await ask(url);

async function serve(): Promise<void> {
  const events = eventsOf('granite '.repeat(eventsPerStream), { pieceLength: 8 });
  await using emulator = await createEmulator();
  emulator.when({ operation: 'ConverseStream' }).always(events);
  const before = process.memoryUsage().rss;
  const child = fork(import.meta.filename, [emulator.url], { execArgv: process.execArgv });
  await once(child, 'exit');
  console.log(`emulator: ${((process.memoryUsage().rss - before) / 1e6).toFixed(0)} MB more than before`);
}

async function ask(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  await many(warmUps, () => post(agent, `${url}/model/amazon.nova-lite-v1%3A0/converse`));
  const seconds = await many(requests, () => post(agent, `${url}/model/amazon.nova-lite-v1%3A0/converse`));
  console.log(`Converse: ${(requests / seconds).toFixed(0)} requests/s`);

  let bytes = 0;
  const streaming = await many(streams, async () => {
    const length = await post(agent, `${url}/model/amazon.nova-lite-v1%3A0/converse-stream`);
    bytes += length;
  });
  const perSecond = (streams * eventsPerStream) / streaming;
  console.log(`ConverseStream: ${perSecond.toFixed(0)} events/s, ${(bytes / streaming / 1e6).toFixed(0)} MB/s`);
  agent.destroy();
  process.disconnect();
}

async function many(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let left = count;
  const workers = Array.from({ length: concurrency }, async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  });
  await Promise.all(workers);
  return (performance.now() - start) / 1_000;
}

function post(agent: Agent, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(url, { method: 'POST', agent, headers: { 'content-length': body.length } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
