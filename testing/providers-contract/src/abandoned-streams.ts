// Leaves ten thousand streams in the middle, on each way to the service, and counts the connections that are open
// afterwards: on this side and on the service's. Slow, so it belongs to `check:release` and not to the tests.
import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import type { Converse } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { createEmulator } from '@outcrop/emulator';
import { question, target, ways } from './scene.ts';

const count = 10_000;
const atOnce = 50;
const half = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);

console.log('| way | streams left | calls under way | connections open | after closing |\n|---|---|---|---|---|');
for (const [name, create] of ways) {
  // Servers of HTTP/2 take so many resets in a row for an attack, and hang up.
  if (name.includes('HTTP/2')) continue;
  const emulator = await createEmulator({ respond: () => [...half, () => new Promise(() => {})] });
  const bedrock = create(emulator.url);
  const model = bedrock.connect(target);
  const before = connections();
  for (let left = 0; left < count; left += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => leave(model)));
  }
  // Both ends are in this process. Those that are kept for the next call are few.
  const underWay = await settled(() => emulator.requests.filter(({ signal }) => !signal.aborted).length, 0);
  const open = await settled(() => connections() - before, 2 * atOnce);
  await bedrock.close();
  await emulator.close();
  const after = await settled(() => connections() - before, 0);
  console.log(`| ${name} | ${count} | ${underWay} | ${open} | ${after} |`);
  assert.equal(underWay, 0, 'Calls go on that nobody listens to.');
  assert.ok(open <= 2 * atOnce, 'More connections are open than calls were made at once.');
  assert.equal(after, 0, 'Connections are open that nobody can use.');
}

async function leave(model: Converse): Promise<void> {
  for await (const _ of model.converseStream(question)) break;
}

function connections(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

/** What it reads once that is no more than it should be, or after half a minute. */
async function settled(read: () => number, most: number): Promise<number> {
  for (let waited = 0; read() > most && waited < 30_000; waited += 50) await setTimeout(50);
  return read();
}
