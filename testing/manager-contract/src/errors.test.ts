import {
  type Converse,
  ConverseError,
  type ConverseErrorCode,
  errorFromJson,
  isConverseError,
} from '@outcrop/converse';
import { createScriptedConverse } from '@outcrop/converse/testing';
import { LLMManager, type RetryStrategy } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { expect, test } from 'vitest';
import { request } from './scene.ts';

const catalog = createCatalog();

/** What becomes of an error that only the first target has. */
type End =
  /** Another target answers at once. */
  | 'next'
  /** The same model in the same region answers by its profile, at once. */
  | 'profile'
  /** The same target is asked again, and then the next one. */
  | 'again'
  /** The call ends with that error. */
  | 'fails';

const ends: Record<ConverseErrorCode, { end: End; benched?: true; data?: object }> = {
  throttled: { end: 'next' },
  quota_exhausted: { end: 'next', benched: true },
  unavailable: { end: 'next' },
  internal: { end: 'next' },
  model_error: { end: 'next' },
  model_not_ready: { end: 'next' },
  timeout: { end: 'next', data: { phase: 'connect' } },
  connection: { end: 'next' },
  stream_truncated: { end: 'next' },
  malformed_reply: { end: 'next' },
  credentials: { end: 'fails' },
  access_denied: { end: 'next', benched: true },
  unknown_model: { end: 'next', benched: true },
  model_retired: { end: 'next', benched: true },
  wrong_geography: { end: 'next', benched: true },
  needs_profile: { end: 'profile', benched: true },
  // All of these models are of one size, or smaller.
  context_overflow: { end: 'fails' },
  too_large: { end: 'fails' },
  unsupported_feature: { end: 'next', data: { feature: 'a hologram' } },
  invalid_request: { end: 'fails', data: { problems: [] } },
  content_refused: { end: 'fails' },
  reply_rejected: { end: 'again', data: { reason: 'no' } },
  budget_reached: { end: 'fails' },
  exhausted: { end: 'fails', data: { models: [], regions: [] } },
};

const lite = 'amazon.nova-lite-v1:0';
const orders: Record<string, { strategy: RetryStrategy; second: string }> = {
  region_first: { strategy: 'region_first', second: `us-west-2/${lite}` },
  model_first: { strategy: 'model_first', second: 'us-east-1/amazon.nova-micro-v1:0' },
  'a function': {
    strategy: (targets) => [
      ...targets.filter(({ id, region }) => id === lite && region === 'us-east-1'),
      ...targets.filter(({ id, region }) => id === `us.${lite}` && region === 'us-west-2'),
      ...targets.filter(({ id, region }) => id === `us.${lite}` && region === 'us-east-1'),
    ],
    second: `us-west-2/us.${lite}`,
  },
};

const cases = Object.keys(ends).flatMap((code) =>
  Object.keys(orders).flatMap((strategy) =>
    (['converse', 'converseStream'] as const).map((method) => [code as ConverseErrorCode, strategy, method] as const),
  ),
);

test.each(cases)('%s, %s, %s', async (code, name, method) => {
  const { end, benched, data } = ends[code];
  const { strategy, second } = orders[name] as { strategy: RetryStrategy; second: string };
  const clock = createVirtualClock();
  const asked: string[] = [];
  const manager = new LLMManager({
    models: ['Nova Lite', 'Nova Micro'],
    regions: ['us-east-1', 'us-west-2'],
    catalog,
    ...clock,
    retry: { retryStrategy: strategy },
    connect(target): Converse {
      const key = `${target.region}/${target.id}`;
      const error = errorFromJson({ code, message: 'No.', ...data });
      return createScriptedConverse(
        () => {
          asked.push(key);
          return key === `us-east-1/${lite}` ? error : 'Granite.';
        },
        { target },
      );
    },
  });
  const call = async () => {
    const answer = manager[method](request);
    return 'response' in answer ? answer.response : answer;
  };
  const outcome = await clock.run(
    call().then(
      () => 'reply',
      (error: unknown) => (isConverseError(error) ? error.code : Promise.reject(error)),
    ),
  );

  const first = `us-east-1/${lite}`;
  const expected: Record<End, string[]> = {
    next: [first, second],
    profile: [first, `us-east-1/us.${lite}`],
    again: [first, first, first, first, second],
    fails: [first],
  };
  expect(asked).toEqual(expected[end]);
  expect(outcome).toBe(end === 'fails' ? code : 'reply');
  expect(clock.pending).toBe(0);

  await clock.advance(20_000);
  asked.length = 0;
  await clock.run(call().catch(() => {}));
  expect(asked.includes(first)).toBe(benched === undefined);
});

test('an error of no Converse comes out as it is, and nothing else is tried', async () => {
  const clock = createVirtualClock();
  const bug = new TypeError('rock is undefined');
  const manager = new LLMManager({
    models: ['Nova Lite'],
    regions: ['us-east-1', 'us-west-2'],
    catalog,
    ...clock,
    connect: () => createScriptedConverse([bug, bug]),
  });
  await expect(clock.run(manager.converse(request))).rejects.toBe(bug);
  await expect(clock.run(manager.converseStream(request).response)).rejects.toBe(bug);
});

test('errors of AWS that are named as retryable are', async () => {
  const clock = createVirtualClock();
  const odd = new ConverseError('invalid_request', 'Try again.', { problems: [], awsName: 'OddException' });
  for (const retryableErrors of [['OddException'], (error: ConverseError) => error.awsName === 'OddException']) {
    const manager = new LLMManager({
      models: [`eu.${lite}`],
      regions: ['eu-west-1'],
      catalog,
      ...clock,
      retry: { retryableErrors },
      connect: () => createScriptedConverse([odd, 'Granite.']),
    });
    expect((await clock.run(manager.converse(request))).attempts).toHaveLength(2);
  }
});

test('what fails to connect leaves no lease behind', async () => {
  const clock = createVirtualClock();
  const bug = new TypeError('There is no wire.');
  const manager = new LLMManager({
    models: [`eu.${lite}`],
    regions: ['eu-west-1'],
    catalog,
    ...clock,
    connect() {
      throw bug;
    },
  });
  await expect(clock.run(manager.converse(request))).rejects.toBe(bug);
  expect(manager.memory.fleet.status().map(({ inFlight }) => inFlight)).toEqual([0]);
  expect(clock.pending).toBe(0);
});
