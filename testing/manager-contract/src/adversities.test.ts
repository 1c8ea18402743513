import { getEventListeners } from 'node:events';
import { type Converse, ConverseError } from '@outcrop/converse';
import { createScriptedConverse } from '@outcrop/converse/testing';
import { bedrockError } from '@outcrop/emulator';
import { createSharedMemory, LLMManager, type ManagerCallOptions, type ManagerOptions } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import { expect, test } from 'vitest';
import { openScene, request, tries } from './scene.ts';

const catalog = createCatalog();
const micro = 'us.amazon.nova-micro-v1:0';
const lite = 'us.amazon.nova-lite-v1:0';

function open(clock: VirtualClock, connect: () => Converse, options: Partial<ManagerOptions> = {}): LLMManager {
  return new LLMManager({ models: [micro], regions: ['us-east-1'], catalog, ...clock, connect, ...options });
}

test.each<[what: string, options: Partial<ManagerOptions>, call: ManagerCallOptions]>([
  ['an unknown model', { models: ['No such model'] }, {}],
  ['a strategy that throws', { retry: { retryStrategy: () => raise(new TypeError('A bug.')) } }, {}],
  ['a strategy that wants nothing', { retry: { retryStrategy: () => [] } }, {}],
  ['a deadline that is no number', {}, { deadlines: { totalMs: Number.NaN } }],
  ['a priority that is no number', {}, { priority: Number.NaN }],
])('a call that can not begin leaves no timer and no listener: %s', async (_, options, call) => {
  const clock = createVirtualClock();
  const manager = open(clock, () => createScriptedConverse(['Granite.']), options);
  const { signal } = new AbortController();
  await expect(clock.run(manager.converse(request, { ...call, signal }))).rejects.toThrow();
  await expect(clock.run(manager.converseStream(request, { ...call, signal }).response)).rejects.toThrow();
  expect(clock.pending).toBe(0);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  await manager.close();
});

test('two managers with one memory: what one has learnt, the other knows at once', async () => {
  const first = await openScene({ models: [lite] });
  first.emulator.when({ region: 'us-east-1' }).always(bedrockError('AccessDeniedException'));
  const { manager, emulator, clock } = first;
  const { memory } = manager;
  const other = new LLMManager({
    models: [lite, micro],
    regions: ['us-east-1', 'us-west-2'],
    catalog,
    connect: emulator.connect,
    ...clock,
    memory,
  });
  expect((await clock.run(manager.converse(request))).attempts).toHaveLength(2);
  expect(tries(await clock.run(other.converse(request)))).toEqual([`${lite} us-west-2`]);
  // One that closes does not take it away from the other.
  await other.close();
  expect((await clock.run(manager.converse(request))).attempts).toHaveLength(1);
});

test('ten thousand calls at once all come through, and nothing of them is left', async () => {
  const clock = createVirtualClock();
  let most = 0;
  let running = 0;
  const memory = createSharedMemory({ ...clock, limits: () => ({ known: { requestsPerMinute: 6_000_000 } }) });
  const manager = open(
    clock,
    () =>
      createScriptedConverse(async () => {
        most = Math.max(most, ++running);
        await clock.delay(1_000);
        running--;
        return 'Granite.';
      }),
    { memory },
  );
  const { signal } = new AbortController();
  const calls = Array.from({ length: 10_000 }, () => manager.converse(request, { signal }));
  const replies = await clock.run(Promise.all(calls));
  expect(replies.every(({ attempts }) => attempts?.length === 1)).toBe(true);
  expect(most).toBeGreaterThan(400);
  expect(manager.stats().calls).toEqual({ replied: 10_000, failed: 0, aborted: 0 });
  expect([clock.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
});

test('what is more important goes first where quota is short', async () => {
  const clock = createVirtualClock();
  const memory = createSharedMemory({
    ...clock,
    limits: () => ({ ceiling: { requestsPerMinute: 2 } }),
  });
  const served: string[] = [];
  const manager = open(clock, () => createScriptedConverse(() => 'Granite.'), { memory });
  const ask = async (name: string, priority?: number) => {
    await manager.converse(request, { priority });
    served.push(name);
  };
  const asked = [ask('first'), ask('second'), ask('usual'), ask('important', 1)];
  await clock.run(Promise.all(asked));
  expect(served).toEqual(['first', 'important', 'second', 'usual']);
});

test('a catalog that is brought up to date while calls run serves the next one', async () => {
  const { manager, emulator, clock } = await openScene({
    models: [lite],
    refresh: async ({ catalog }) => ({ catalog, added: [], failures: [] }) as never,
  });
  emulator.when().always(async () => {
    await clock.delay(1_000);
    return 'Granite.';
  });
  const running = manager.converse(request);
  await manager.refreshModelData();
  const later = manager.converse(request);
  expect((await clock.run(Promise.all([running, later]))).map(({ servedBy }) => servedBy?.id)).toEqual([lite, lite]);
});

test('a stream that is aborted or left while it fails over leaves nothing behind', async () => {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const manager = open(clock, () => createScriptedConverse(() => new ConverseError('internal', 'No.')));
  const stream = manager.converseStream(request, { signal: caller.signal });
  const reading = stream.response.catch((error: unknown) => error);
  await clock.advance(1_500);
  caller.abort('enough');
  expect(await reading).toBe('enough');

  const left = manager.converseStream(request)[Symbol.asyncIterator]();
  const first = left.next();
  await clock.advance(1_500);
  await left.return?.();
  expect(await first).toEqual({ done: true, value: undefined });
  await clock.advance(1);
  expect(clock.pending).toBe(0);
  expect(manager.memory.fleet.status().map(({ inFlight }) => inFlight)).toEqual(
    manager.memory.fleet.status().map(() => 0),
  );
  expect(manager.stats().calls).toEqual({ replied: 0, failed: 0, aborted: 2 });
});

function raise(error: Error): never {
  throw error;
}
