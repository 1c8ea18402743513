// What the manager adds to a call and to an event, on top of a Converse that answers at once: CPU time of one process in
// which the two take turns.
import { type Converse, type ConverseRequest, type ConverseStreamEvent, createConverseStream } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { LLMManager } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';

const rounds = 21;

const request: ConverseRequest = {
  messages: [{ role: 'user', content: [{ text: 'Which rock is this? '.repeat(20) }] }],
  inferenceConfig: { maxTokens: 100 },
};
const granite = reply('Granite.');
const events = eventsOf('granite '.repeat(5_000), { pieceLength: 8 });

const immediate: Converse = {
  converse: async () => granite,
  converseStream: (_, options) => createConverseStream(play, { signal: options?.signal }),
};

async function* play(): AsyncGenerator<ConverseStreamEvent> {
  yield* events;
}

// It goes on by a second with each call, so that none waits for the slow start of a quota of which nothing is known.
let passedMs = 0;
const manager = new LLMManager({
  models: ['Claude Haiku 4.5'],
  regions: ['us-east-1', 'us-west-2', 'us-east-2', 'eu-west-1'],
  catalog: createCatalog(),
  connect: () => immediate,
  now: () => performance.now() + passedMs,
});

type Send = (through: Converse) => Promise<unknown>;
const call: Send = (through) => through.converse(request);
const stream: Send = async (through) => {
  for await (const _ of through.converseStream(request));
};

console.log(`${(await manager.validate()).length} targets: µs of CPU, the median and the quarter on either side of it`);
console.log(`a call      ${spread(await shares(call, 5_000))}`);
console.log(`an event    ${spread((await shares(stream, 10)).map((us) => us / events.length))}`);

/** Of each round, what one call through the manager takes more than one without it. */
async function shares(send: Send, count: number): Promise<number[]> {
  const more: number[] = [];
  for (let round = 0; round < rounds + 3; round++) {
    const without = await cpuUs(count, () => send(immediate));
    more.push((await cpuUs(count, () => send(manager))) - without);
  }
  // The first ones are for the compiler.
  return more.slice(3);
}

async function cpuUs(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < count; done++) {
    passedMs += 1_000;
    await work();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(sorted.length * share)] as number);
  return `${middle?.toFixed(2)} (${low?.toFixed(2)} to ${high?.toFixed(2)})`;
}
