// What the manager adds to a call and to an event of a stream, on top of a Converse that answers at once.
import type { Converse, ConverseStreamEvent } from '@outcrop/converse';
import { createConverseStream } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { createSharedMemory, LLMManager } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';

const rounds = 15;
const calls = 5_000;
const streams = 20;
const eventsPerStream = 500;

const request = {
  messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this? '.repeat(20) }] }],
  inferenceConfig: { maxTokens: 100 },
};

const granite = reply('Granite.');
const events = eventsOf('granite '.repeat(eventsPerStream), { pieceLength: 8 });

/** Answers at once. */
const immediate: Converse = {
  converse: async () => granite,
  converseStream: (_, options) => createConverseStream(play, { signal: options?.signal }),
};

async function* play(): AsyncGenerator<ConverseStreamEvent> {
  yield* events;
}

// The time of the fleet goes on by 20 ms a call: nobody pays for the start of a quota that nothing is known of.
let passedMs = 0;
const now = () => performance.now() + passedMs;

const ways: Record<string, (memory: ReturnType<typeof createSharedMemory>) => LLMManager> = {
  'one target': (memory) => open(['us-east-1'], memory),
  'eight targets': (memory) =>
    open(['us-east-1', 'us-west-2', 'us-east-2', 'eu-west-1'], memory),
};

function open(regions: readonly string[], memory: ReturnType<typeof createSharedMemory>): LLMManager {
  const manager = new LLMManager({
    models: ['Claude Haiku 4.5'],
    regions,
    routePreference: ['geo', 'global'],
    catalog: createCatalog(),
    connect: () => immediate,
    now,
    memory,
  });
  return manager;
}

for (const [name, make] of Object.entries(ways)) {
  const manager = make(createSharedMemory({ now }));
  console.log(name, (await manager.validate()).map(t=>t.quotaKey));
  console.log(await ownShare(calls, (through) => through.converse(request), manager));
  console.log((await ownShare(streams, async (through) => {
    for await (const _ of through.converseStream(request));
  }, manager)).map((x) => x / events.length));
}

async function ownShare(count: number, send: (through: Converse) => Promise<unknown>, manager: Converse) {
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await cpuUs(count, () => send(immediate));
    const ours = await cpuUs(count, () => send(manager));
    shares.push((ours - bare) / count);
  }
  return shares.sort((a, b) => a - b).filter((_, i) => i % 7 === 0);
}

async function cpuUs(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < count; call++) {
    passedMs += 20;
    await work();
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
