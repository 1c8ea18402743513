import { type CallEvent, isConfigurationError, textOf, usageOf } from '@outcrop/converse';
import { reply } from '@outcrop/converse/testing';
import { bedrockError, throttle } from '@outcrop/emulator';
import { createSharedMemory, LLMManager, type LogLevel, type RegionOrder } from '@outcrop/manager';
import { createCatalog, refreshCatalog } from '@outcrop/model-catalog';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { endOf, openScene, request, tries } from './scene.ts';

const lite = 'us.amazon.nova-lite-v1:0';
const one = { models: [lite], regions: ['us-east-1'] };

test('a reply says who served it, what was tried, how long it took and what it cost', async () => {
  const { manager, emulator, clock } = await openScene({ models: [lite] });
  const usage = usageOf({ inputTokens: 1_000_000, outputTokens: 100_000, cacheReadInputTokens: 500_000 });
  emulator.when().reply(bedrockError('InternalServerException'), async () => {
    await clock.delay(2_000);
    return { ...reply('Granite.'), usage };
  });
  const { cost, metrics, servedBy, attempts, ...rest } = await clock.run(manager.converse(request));
  const target = { model: 'Nova Lite', id: lite, route: 'geo' };
  expect(servedBy).toEqual({ ...target, region: 'us-west-2' });
  expect(attempts).toEqual([
    {
      target: { ...target, region: 'us-east-1' },
      startedAt: Date.UTC(2026, 0),
      durationMs: 0,
      error: expect.objectContaining({ code: 'internal', requestId: expect.any(String) }),
    },
    { target: servedBy, startedAt: Date.UTC(2026, 0), durationMs: 2_000, usage },
  ]);
  expect(metrics).toEqual({ latencyMs: 1, totalMs: 2_000, outputTokensPerSecond: 50_000 });
  expect(cost?.usd).toBeGreaterThan(0);
  expect(rest.usage.totalTokens).toBe(1_600_000);
  expect(JSON.parse(JSON.stringify({ attempts, servedBy, cost }))).toEqual({ attempts, servedBy, cost });
});

test('a stream says when its first token came', async () => {
  const { manager, emulator, clock } = await openScene(one);
  emulator.when().reply(async () => {
    await clock.delay(700);
    return 'Granite.';
  });
  expect((await clock.run(manager.converseStream(request).response)).metrics).toMatchObject({
    timeToFirstTokenMs: 700,
    totalMs: 700,
  });
});

test('a reply that will not do is asked for anew: the same target first, then the next one, and all are paid for', async () => {
  const { manager, emulator, clock } = await openScene({ models: [lite], validation: { retries: 1, delayMs: 500 } });
  let number = 0;
  emulator.when().always(() => `Granite ${++number}.`);
  const validate = (reply: Parameters<typeof textOf>[0]) =>
    textOf(reply).includes('3') ? ('ok' as const) : { reason: 'not the third', details: { at: number } };
  const accepted = await clock.run(manager.converse(request, { validate }));
  expect(tries(accepted)).toEqual([
    `${lite} us-east-1 reply_rejected`,
    `${lite} us-east-1 reply_rejected`,
    `${lite} us-west-2`,
  ]);
  expect(accepted.attempts?.[0]).toMatchObject({
    error: { code: 'reply_rejected', reason: 'not the third', details: { at: 1 } },
    usage: { outputTokens: 3 },
  });
  expect(clock.now()).toBe(500);
  const single = await clock.run(manager.converse(request));
  expect((accepted.cost?.usd ?? 0) / (single.cost?.usd ?? 1)).toBeCloseTo(3, 1);
});

test('a stream is validated at its end: its reader has seen it, so it fails, or begins anew if that was asked for', async () => {
  const { manager, emulator, clock } = await openScene(one);
  emulator.when().reply('Basalt.', 'Basalt.', 'Granite.');
  const validate = async (reply: Parameters<typeof textOf>[0]) =>
    textOf(reply) === 'Granite.' ? ('ok' as const) : { reason: 'wrong rock' };
  const failing = manager.converseStream(request, { validate }).response;
  expect((await clock.run(endOf(failing))).code).toBe('reply_rejected');
  const stream = manager.converseStream(request, { validate, onInterruption: 'restart' });
  expect(textOf(await clock.run(stream.response))).toBe('Granite.');
});

test('a validator that throws is a bug, and comes out as it is', async () => {
  const { manager, emulator, clock } = await openScene();
  const bug = new TypeError('rock is undefined');
  const validate = () => {
    throw bug;
  };
  await expect(clock.run(manager.converse(request, { validate }))).rejects.toBe(bug);
  expect(emulator.requests).toHaveLength(1);
});

test('defaults fill in what a request leaves out, key by key', async () => {
  const { manager, emulator, clock } = await openScene({
    ...one,
    defaultInferenceConfig: { maxTokens: 50, temperature: 0.2 },
  });
  await clock.run(manager.converse({ ...request, inferenceConfig: { temperature: 0, topP: undefined } }));
  expect(emulator.requests[0]?.request.inferenceConfig).toEqual({ maxTokens: 50, temperature: 0 });
});

test('nothing is sent that nobody asked for, and an unset maxTokens is named', async () => {
  const { manager, emulator, clock } = await openScene(one);
  const { messages } = request;
  const { warnings } = await clock.run(manager.converse({ messages }));
  expect(emulator.requests[0]?.request).toEqual({ messages });
  expect(warnings).toMatchObject([{ code: 'max_tokens_unset', path: 'inferenceConfig.maxTokens' }]);
});

test.each<[RegionOrder, string[]]>([
  ['fixed', ['us-east-1', 'us-east-1', 'us-east-1', 'us-east-1']],
  ['rotating', ['us-east-1', 'us-west-2', 'us-east-1', 'us-west-2']],
  // Each is tried once, then the quicker one.
  ['latency', ['us-east-1', 'us-west-2', 'us-west-2', 'us-west-2']],
])('the region order %s', async (regionOrder, regions) => {
  const { manager, emulator, clock } = await openScene({ models: [lite], regionOrder });
  emulator.when().always(async ({ region }) => {
    await clock.delay(region === 'us-east-1' ? 4_000 : 500);
    return 'Granite.';
  });
  const served: unknown[] = [];
  for (let call = 0; call < 4; call++) {
    served.push((await clock.run(manager.converse(request))).servedBy?.region);
    await clock.advance(10_000);
  }
  expect(served).toEqual(regions);
});

test('events tell what happens, to the listeners of the manager and of the call', async () => {
  const heard: CallEvent[] = [];
  const { manager, emulator, clock } = await openScene({ models: [lite], onEvent: (event) => heard.push(event) });
  const later: CallEvent[] = [];
  const stop = manager.listen((event) => later.push(event));
  const own: CallEvent[] = [];
  emulator.when().reply(throttle('tokens'));
  await clock.run(manager.converse(request, { onEvent: (event) => own.push(event) }));
  const east = { model: 'Nova Lite', id: lite, region: 'us-east-1', route: 'geo' };
  const west = { ...east, region: 'us-west-2' };
  expect(heard).toEqual([
    { type: 'attempt', target: east, attempt: 1 },
    { type: 'throttle', target: east, limit: 'tokens', waitMs: expect.any(Number) },
    { type: 'failover', from: east, to: west, error: expect.objectContaining({ code: 'throttled' }) },
    { type: 'attempt', target: west, attempt: 2 },
    { type: 'reply', attempt: expect.objectContaining({ target: west }) },
  ]);
  expect(own).toEqual(heard);
  expect(later).toEqual(heard);
  stop();
  await clock.run(manager.converse(request));
  expect(later).toEqual(own);
});

test('what a listener throws, at once or later, goes to the logger, whatever its level, and the call goes on', async () => {
  const error = vi.fn();
  const wrong = new Error('A bug.');
  const { manager, emulator, clock } = await openScene({
    models: [lite],
    logger: { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error },
    logLevel: 'critical',
    onEvent: () => Promise.reject(wrong),
  });
  manager.listen(() => {
    throw wrong;
  });
  emulator.when().reply(bedrockError('InternalServerException'));
  const reply = await clock.run(manager.converse(request));
  expect(tries(reply)).toEqual([`${lite} us-east-1 internal`, `${lite} us-west-2`]);
  // Two attempts, a fail-over and a reply, to two listeners.
  expect(error.mock.calls).toEqual(Array(8).fill(['outcrop: a listener of events has thrown.', wrong]));
});

test('a logger that throws is reported to the platform', async () => {
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(String(error)));
  onTestFinished(() => void vi.unstubAllGlobals());
  const fail = () => {
    throw new Error('The disk is full.');
  };
  const { manager, clock } = await openScene({
    ...one,
    logger: { debug: fail, info: fail, warn: fail, error: fail },
    logLevel: 'debug',
  });
  expect(textOf(await clock.run(manager.converse(request)))).toBe('Granite.');
  expect(reported).toEqual(Array(2).fill('Error: The disk is full.'));
});

test('a logger hears what its level lets through, and never a prompt', async () => {
  const lines: string[] = [];
  const write = (level: string) => (line: unknown) => void lines.push(`${level} ${line}`);
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const { manager, emulator, clock } = await openScene({ models: [lite], logger, logLevel: 'INFO' });
  emulator.when().reply(throttle());
  await clock.run(manager.converse(request));
  expect(lines).toEqual([
    expect.stringMatching(/^info outcrop: Nova Lite in us-east-1 throttles; room in \d+ ms$/),
    'warn outcrop: Nova Lite in us-east-1 failed (throttled): on to Nova Lite in us-west-2',
  ]);
});

test.each<[LogLevel, number]>([
  ['debug', 5],
  [10, 5],
  ['INFO', 2],
  [20, 2],
  ['warning', 1],
  [30, 1],
  ['ERROR', 0],
  [50, 0],
])('at the level %s there are %i lines of a failover', async (logLevel, count) => {
  let lines = 0;
  const write = () => void lines++;
  const logger = { debug: write, info: write, warn: write, error: write };
  const { manager, emulator, clock } = await openScene({ models: [lite], logger, logLevel });
  emulator.when().reply(throttle());
  await clock.run(manager.converse(request));
  // Two attempts, a throttle, the way on and a reply.
  expect(lines).toBe(count);
});

test('figures since the start, by model and region', async () => {
  const { manager, emulator, clock } = await openScene({ models: [lite] });
  emulator.when({ region: 'us-east-1' }).reply(bedrockError('InternalServerException'));
  await clock.run(manager.converse(request));
  await expect(manager.converse(request, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  await clock.run(manager.using({ regions: ['us-west-2'] }).converse(request));
  const { calls, usage, targets } = manager.stats();
  expect(calls).toEqual({ replied: 2, failed: 0, aborted: 1 });
  expect(usage.outputTokens).toBe(4);
  expect(
    targets.map(({ region, attempts, replies, retries, errors }) => [region, attempts, replies, retries, errors]),
  ).toEqual([
    ['us-east-1', 1, 0, 0, { internal: 1 }],
    ['us-west-2', 2, 2, 0, {}],
  ]);
});

test('what one process has learnt, the next one knows', async () => {
  const first = await openScene({ models: ['Nova Lite'] });
  first.emulator.when({ region: 'us-east-1' }).always(bedrockError('AccessDeniedException'));
  await first.clock.run(first.manager.converse(request));
  const stored = JSON.parse(JSON.stringify(first.manager.snapshot()));

  const second = await openScene({ models: ['Nova Lite'] });
  second.manager.memory.restore(stored);
  expect(tries(await second.clock.run(second.manager.converse(request)))).toEqual(['amazon.nova-lite-v1:0 us-west-2']);
  expect(second.manager.snapshot().targets).toEqual(stored.targets);
});

test.each([null, {}, { version: 1, targets: null }, { version: 1, targets: { a: null, b: { benched: 'yes' } } }])(
  'nonsense in a file is no knowledge: %j',
  async (nonsense) => {
    const memory = createSharedMemory(createVirtualClock());
    memory.restore(nonsense as never);
    expect([memory.benched('a'), memory.benched('b')]).toEqual([undefined, undefined]);
  },
);

test('everything that is wrong with the set-up is told at once, before anything is sent', async () => {
  const connect = () => expect.fail('Nothing is connected.');
  const wrong = () =>
    new LLMManager({
      models: [],
      regions: ['us-east-1', 7 as never],
      catalog: undefined as never,
      connect,
      retry: { maxRetries: -1, retryStrategy: 'random' as never },
      logLevel: Number.NaN,
      deadlines: { totalMs: 0, totalMS: 5 } as never,
      regoinOrder: 'fixed',
    } as never);
  expect(wrong).toThrow(
    expect.toSatisfy((error) => isConfigurationError(error) && error.problems.length === 9) as unknown as Error,
  );

  const unknown = new LLMManager({
    models: ['Granite 9', 'Nova Lite'],
    regions: ['us-east-1', 'mars-north-1'],
    residency: ['moon'],
    catalog: createCatalog(),
    connect,
  });
  const error = await unknown.validate().catch((error: unknown) => error);
  expect(isConfigurationError(error) && error.problems.map(({ path }) => path)).toEqual([
    'residency[0]',
    'models[0]',
    'regions[1]',
  ]);
  await expect(unknown.converse(request)).rejects.toThrow("No model is called 'Granite 9'");
});

test.each([
  [undefined, 'The request has to be an object'],
  [{ messages: [Promise.resolve()] }, 'messages[0] is a Promise: an await was forgotten.'],
  [{ messages: Promise.resolve([]) }, 'messages is a Promise: an await was forgotten.'],
  [{ messages: ['Which rock is this?'] }, 'messages[0] has to be a message'],
])('a request that is none is a TypeError: %j', async (wrong, message) => {
  const { manager, emulator } = await openScene();
  await expect(manager.converse(wrong as never)).rejects.toThrow(message);
  await expect(manager.converseStream(wrong as never).response).rejects.toThrow(TypeError);
  expect(emulator.requests).toHaveLength(0);
});

test('a view asks other models on the same fleet and the same connections', async () => {
  let connected = 0;
  const { manager, clock } = await openScene();
  const counting = new LLMManager({
    ...one,
    catalog: createCatalog(),
    ...clock,
    connect() {
      connected++;
      return manager;
    },
  });
  await clock.run(counting.converse(request));
  await clock.run(counting.using({ models: [lite, 'Nova Micro'] }).converse(request));
  expect(connected).toBe(1);
  expect(counting.using({}).memory).toBe(counting.memory);
});

test('closing ends what is on its way, and what comes later; a view ends its own', async () => {
  const { manager, emulator, clock } = await openScene();
  emulator.when().always(({ signal }) => clock.delay(60_000, signal).then(() => 'Granite.'));
  const view = manager.using({ regions: ['us-west-2'] });
  const ends = [manager.converse(request), view.converse(request), view.converseStream(request).response].map((call) =>
    call.catch((error: unknown) => (error as Error).message),
  );
  await clock.advance(1_000);
  await view.close();
  expect(await Promise.all(ends.slice(1))).toEqual(Array(2).fill('The manager is closed.'));
  await manager[Symbol.asyncDispose]();
  expect(await ends[0]).toBe('The manager is closed.');
  await expect(manager.converse(request)).rejects.toThrow('The manager is closed.');
  await expect(manager.using({}).converse(request)).rejects.toThrow('The manager is closed.');
});

test('says what models and regions there are, and how they are reached', async () => {
  const { manager } = await openScene({ ...one, residency: ['us'] });
  expect([manager.getAvailableModels(), manager.getAvailableRegions()]).toEqual([[lite], ['us-east-1']]);
  expect(manager.getModelAccessInfo('Nova Lite', 'us-east-1')?.accessMethod).toBe('in_region');
  expect(manager.getModelAccessInfo('Nova Lite', 'mars-north-1')).toBeUndefined();
  expect(manager.validateConfiguration()).toMatchObject({ valid: true, modelRegionCombinations: 1 });
  await expect(manager.refreshModelData()).rejects.toThrow('refresh: There is none');
});

test('goes by what the service lists once it was asked', async () => {
  const catalog = createCatalog();
  const listing = {
    modelSummaries: [{ modelId: 'amazon.nova-lite-v1:0', inferenceTypesSupported: ['ON_DEMAND'] }],
    inferenceProfileSummaries: [],
  };
  const { manager, clock } = await openScene({
    models: ['Nova Lite'],
    refresh: (options) => refreshCatalog({ ...options, list: async () => listing }),
  });
  const view = manager.using({ regions: ['us-west-2'] });
  const before = (await manager.validate()).length;
  expect(await view.validate()).not.toHaveLength(1);
  const { catalog: refreshed, failures } = await manager.refreshModelData();
  expect((await view.validate()).map(({ id }) => id)).toEqual(['amazon.nova-lite-v1:0']);
  expect([failures, refreshed === catalog]).toEqual([[], false]);
  expect((await manager.validate()).length).toBeLessThan(before);
  expect((await clock.run(manager.converse(request))).servedBy?.id).toBe('amazon.nova-lite-v1:0');
});

test('data stays where it may be: no other route is ever used', async () => {
  const { manager } = await openScene({ models: ['Claude Haiku 4.5'], regions: ['eu-west-1'], residency: ['eu'] });
  expect((await manager.validate()).map(({ id }) => id)).toEqual(['eu.anthropic.claude-haiku-4-5-20251001-v1:0']);
});

test('a model that is busy is not left for a moment of waiting, and is for a long one', async () => {
  const { manager, clock } = await openScene({ models: [lite, 'us.amazon.nova-micro-v1:0'], regions: ['us-east-1'] });
  const served = async () => (await manager.converse(request)).servedBy?.model;
  // It begins with a few calls a second.
  expect(await clock.run(Promise.all([served(), served(), served()]))).toEqual(Array(3).fill('Nova Lite'));
  const many = await clock.run(Promise.all(Array.from({ length: 40 }, served)));
  expect(new Set(many)).toEqual(new Set(['Nova Lite', 'Nova Micro']));
});
