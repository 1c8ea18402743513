import {
  type Attempt,
  type BulkEvent,
  type ConverseResponse,
  createUserMessage,
  isConverseError,
  LLMManager,
  ParallelLLMManager,
  runAll,
  type Target,
  textOf,
} from '@outcrop/bedrock';
import { bedrockError, createEmulator, type Emulator, fault, throttle } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const models = ['Nova Lite'];
const regions = ['us-east-1', 'us-west-2'];

async function start(): Promise<Emulator> {
  const emulator = await createEmulator();
  onTestFinished(emulator.close);
  return emulator;
}

function managerOn(emulator: Emulator, options = {}): LLMManager {
  const manager = new LLMManager({
    models,
    regions,
    auth: { credentials },
    endpoint: emulator.url,
    env: {},
    ...options,
  });
  onTestFinished(() => manager.close());
  return manager;
}

async function ask(text: string) {
  return { messages: [await createUserMessage().addText(text).build()] };
}

test.each(['sdk', 'direct'] as const)(
  'an answer from the first region, with what it cost, by %s',
  async (transport) => {
    const emulator = await start();
    emulator.when().reply('Granite.');
    const reply = await managerOn(emulator, { transport }).converse(await ask('Which rock is this?'));
    expect(textOf(reply)).toBe('Granite.');
    expect(reply).toMatchObject({
      servedBy: { model: 'Nova Lite', region: 'us-east-1' },
      attempts: [{ target: { region: 'us-east-1' } }],
      cost: { status: 'priced' },
    });
  },
);

test.each([
  ['an outage', bedrockError('ServiceUnavailableException'), 'unavailable'],
  ['a throttle', throttle(), 'throttled'],
  ['a broken connection', fault('reset'), 'connection'],
  ['denied access', bedrockError('AccessDeniedException'), 'access_denied'],
])('%s in one region is answered by the other', async (_, answer, code) => {
  const emulator = await start();
  emulator.when({ region: 'us-east-1' }).always(answer);
  const reply = await managerOn(emulator).converse(await ask('Hello'));
  expect(reply.servedBy?.region).toBe('us-west-2');
  expect(reply.attempts?.map(({ target, error }) => [target.region, error?.code])).toEqual([
    ['us-east-1', code],
    ['us-west-2', undefined],
  ]);
});

test('a stream fails over before its first event', async () => {
  const emulator = await start();
  emulator.when({ region: 'us-east-1' }).always([bedrockError('ModelStreamErrorException')]);
  const stream = managerOn(emulator).converseStream(await ask('Which rock is this?'));
  let text = '';
  for await (const piece of stream.text) text += piece;
  const reply = await stream.response;
  expect([text, reply.servedBy?.region]).toEqual([textOf(reply), 'us-west-2']);
});

test('nothing is retried below: one call is one request', async () => {
  const emulator = await start();
  emulator.when().always(bedrockError('ValidationException', 'The text field is blank.'));
  const failure = await managerOn(emulator)
    .converse(await ask('Hello'))
    .catch((error) => error);
  expect(isConverseError(failure) && [failure.code, failure.awsName]).toEqual([
    'invalid_request',
    'ValidationException',
  ]);
  expect(emulator.requests).toHaveLength(1);
});

test('the region comes from the environment, and a missing one is said', async () => {
  const emulator = await start();
  const env = { AWS_REGION: 'us-west-2', AWS_ENDPOINT_URL_BEDROCK_RUNTIME: emulator.url };
  const options = { models, auth: { credentials } };
  const manager = new LLMManager({ ...options, env });
  onTestFinished(() => manager.close());
  expect((await manager.converse(await ask('Hello'))).servedBy?.region).toBe('us-west-2');
  expect(() => new LLMManager({ ...options, env: {} })).toThrow(/regions: .*empty/);
});

test('many requests at once, with what failed run again', async () => {
  const emulator = await start();
  emulator
    .when(({ request }) => JSON.stringify(request).includes('rock 7?'))
    .reply(bedrockError('ValidationException'));
  const options = { models, regions, auth: { credentials }, endpoint: emulator.url, env: {} };
  await using manager = new ParallelLLMManager({ ...options, parallel: { maxConcurrency: 8 } });
  const requests = await Promise.all(
    Array.from({ length: 40 }, async (_, number) => ({
      id: `rock-${number}`,
      request: await ask(`Which is rock ${number}?`),
    })),
  );
  const first = await manager.converseParallel(requests);
  expect([first.ok, first.failedIds]).toEqual([39, ['rock-7']]);
  const second = await manager.retryFailedRequests(first);
  expect([second.ok, second.successRate, second.byId['rock-7']?.tries.length]).toEqual([40, 1, 2]);
});

test.each(['round_robin', 'least_loaded', 'random'] as const)('regions share the work by %s', async (loadBalancing) => {
  const emulator = await start();
  const options = { models, regions, auth: { credentials }, endpoint: emulator.url, env: {} };
  await using manager = new ParallelLLMManager({ ...options, parallel: { loadBalancing, regionsPerRequest: 1 } });
  const requests = await Promise.all(Array.from({ length: 40 }, (_, number) => ask(`Which is rock ${number}?`)));
  const { byRegion } = await manager.converseParallel(requests);
  expect(Object.keys(byRegion).toSorted()).toEqual(regions);
});

test.each([
  ['region_first', ['Nova Lite in us-east-1', 'Nova Lite in us-west-2', 'Nova Micro in us-east-1']],
  ['model_first', ['Nova Lite in us-east-1', 'Nova Micro in us-east-1', 'Nova Lite in us-west-2']],
  [undefined, ['Nova Lite in us-east-1', 'Nova Lite in us-west-2', 'Nova Micro in us-east-1']],
  [(targets: readonly Target[]) => targets.slice(1, 2), ['Nova Lite in us-west-2']],
] as const)('a part of the regions is tried in the order of the strategy: %s', async (retryStrategy, order) => {
  const emulator = await start();
  emulator.when().always(bedrockError('AccessDeniedException'));
  const options = {
    models: ['Nova Lite', 'Nova Micro'],
    regions: [...regions, 'us-east-2'],
    auth: { credentials },
    endpoint: emulator.url,
    env: {},
    retry: { retryStrategy },
  };
  await using manager = new ParallelLLMManager({ ...options, parallel: { regionsPerRequest: 2 } });
  const failure = await manager.converseWithRequest(await ask('Hello')).catch((error) => error);
  const tried = failure.attempts.map(({ target }: Attempt) => `${target.model} in ${target.region}`);
  // There are several ways to a model from a region.
  expect([...new Set(tried)].slice(0, order.length)).toEqual(order);
});

test('what a call says to be undefined is as the manager has it', async () => {
  const emulator = await start();
  const options = { models, regions, auth: { credentials }, endpoint: emulator.url, env: {} };
  const again = { rounds: 1, delayMs: 0, filter: () => true };
  await using patient = new ParallelLLMManager({ ...options, parallel: { retry: again } });
  emulator.when().reply(bedrockError('ValidationException'));
  const { outcomes } = await patient.converseParallel([await ask('Hello')], { retry: undefined, capacity: undefined });
  expect(outcomes.map(({ type, tries }) => [type, tries.length])).toEqual([['ok', 2]]);

  emulator.when().always(bedrockError('InternalServerException'));
  const rounds: number[] = [];
  const parallel = {
    retry: undefined,
    onEvent: ({ type }: BulkEvent) => type === 'retry' && rounds.push(1) && run.pause(),
  };
  await using usual = new ParallelLLMManager({ ...options, retry: { maxRetries: 0 }, parallel });
  const run = usual.run([await ask('Hello')]);
  void run.result;
  await expect.poll(() => rounds).toEqual([1]);
});

test('one request alone is held to what its manager says of all', async () => {
  const emulator = await start();
  emulator.when().reply('Granite.', 'Gneiss.');
  const options = { models, regions, auth: { credentials }, endpoint: emulator.url, env: {} };
  const validate = (reply: ConverseResponse) =>
    textOf(reply) === 'Gneiss.' ? ('ok' as const) : { reason: 'It is not gneiss.' };
  await using manager = new ParallelLLMManager({ ...options, parallel: { validate } });
  expect(textOf(await manager.converseWithRequest(await ask('Hello')))).toBe('Gneiss.');
  const signal = AbortSignal.abort('enough');
  await using ended = new ParallelLLMManager({ ...options, parallel: { signal } });
  await expect(ended.converseWithRequest(await ask('Hello'))).rejects.toBe('enough');
  emulator.when().always(fault('hang'));
  await using hasty = new ParallelLLMManager({ ...options, parallel: { timeoutMs: 50 } });
  const late = hasty.converseWithRequest(await ask('Hello'));
  await expect(late).rejects.toMatchObject({ code: 'timeout', phase: 'total', deadlineMs: 50 });
});

test('one request alone keeps to its own time', async () => {
  const emulator = await start();
  emulator.when().always(fault('hang'));
  const options = { models, regions, auth: { credentials }, endpoint: emulator.url, env: {} };
  await using manager = new ParallelLLMManager(options);
  const one = manager.converseWithRequest({ request: await ask('Hello'), timeoutMs: 50 });
  await expect(one).rejects.toMatchObject({ code: 'timeout', phase: 'total', deadlineMs: 50 });
});

test('runAll takes the manager as any other', async () => {
  const emulator = await start();
  const manager = managerOn(emulator);
  const { capacity } = manager.memory.fleet;
  const requests = await Promise.all(Array.from({ length: 20 }, () => ask('Hello')));
  expect((await runAll(manager, requests, { capacity }).result).successRate).toBe(1);
});
