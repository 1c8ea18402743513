// The process in which one client is measured, and nothing else runs: CPU and wall time of a call or an event, once the
// compiler has seen enough of them.
import type { Client } from './client.ts';
import { requestOf, type Scene, type SceneName, scenes } from './scenes.ts';

const [, , file = '', name = '', concurrency = '1', endpoint = ''] = process.argv;
const { createClient }: { createClient(endpoint: string): Client } = await import(file);
const client = createClient(endpoint);
const scene: Scene = scenes[name as SceneName];
const request = requestOf(name as SceneName);
const firstTextMs: number[] = [];

await many(scene.warmUp);
firstTextMs.length = 0;
const cpu = process.cpuUsage();
const start = performance.now();
await many(scene.count);
const wallUs = (performance.now() - start) * 1_000;
const { user, system } = process.cpuUsage(cpu);
const times = scene.count * scene.events;
const cost = { cpuUs: (user + system) / times, wallUs: wallUs / times, firstTextMs: median(firstTextMs) };
await client.close();
process.send?.(cost, () => process.exit());

async function many(count: number): Promise<void> {
  let left = count;
  const workers = Array.from({ length: Number(concurrency) }, async () => {
    while (left > 0) {
      left -= 1;
      await (scene.operation === 'call' ? call() : stream());
    }
  });
  await Promise.all(workers);
}

async function call(): Promise<void> {
  expect(await client.call(request));
}

async function stream(): Promise<void> {
  const start = performance.now();
  let first: number | undefined;
  let text: string | undefined = '';
  await client.stream(request, (piece) => {
    first ??= performance.now() - start;
    text = piece === undefined ? undefined : text + piece;
  });
  if (first === undefined) throw new Error('No text came.');
  firstTextMs.push(first);
  expect(text);
}

function expect(text: string | undefined): void {
  if (text !== undefined && text !== scene.text) {
    throw new Error(`Of ${scene.text.length} letters of text ${text.length} arrived, or others.`);
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
