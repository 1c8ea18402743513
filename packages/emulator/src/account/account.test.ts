import { type ConverseError, type ConverseRequest, type TargetName, textOf } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { type AccountQuota, type Answer, bedrockError, createEmulator, type Emulator, fault } from '@outcrop/emulator';
import { array, asyncProperty, assert as check, constantFrom, nat, readConfigureGlobal } from 'fast-check';
import { describe, expect, test } from 'vitest';

const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const target: TargetName = { model: 'Haiku', id: `us.${haiku}`, region: 'us-east-1', route: 'geo' };
const text = 'x'.repeat(4_000);

const overWire: Caller = async (emulator, { region, id }, request) => {
  const response = await fetch(`${emulator.url}/region/${region}/model/${encodeURIComponent(id)}/converse`, {
    method: 'POST',
    body: JSON.stringify(request),
  });
  const { message } = (await response.json()) as { message?: string };
  return response.ok ? 'answered' : `${response.headers.get('x-amzn-errortype')}: ${message}`;
};

const inProcess: Caller = async (emulator, target, request) => {
  try {
    await emulator.connect(target).converse(request);
    return 'answered';
  } catch (error) {
    const { awsName, message } = error as ConverseError;
    return `${awsName}: ${message}`;
  }
};

type Caller = (emulator: Emulator, target: TargetName, request: ConverseRequest) => Promise<string>;

const tooManyRequests = 'ThrottlingException: Too many requests, please wait before trying again.';
const tooManyTokens = 'ThrottlingException: Too many tokens, please wait before trying again.';
const tooManyADay = 'ThrottlingException: Too many tokens per day, please wait before trying again.';

describe.each([
  ['in process', inProcess],
  ['over HTTP', overWire],
])('%s', (_, call) => {
  test.each<[string, AccountQuota, string[]]>([
    ['requests', { requestsPerMinute: 2 }, ['answered', 'answered', tooManyRequests, 'answered']],
    // 1,000 of input and 500 reserved, of which the answer leaves nearly all.
    ['tokens', { tokensPerMinute: 3_000 }, ['answered', 'answered', tooManyTokens, 'answered']],
    ['tokens a day', { tokensPerDay: 2_700 }, ['answered', 'answered', tooManyADay, tooManyADay]],
    ['nothing', {}, ['answered', 'answered', 'answered', 'answered']],
  ])('a quota of %s refuses until time has passed', async (_, quota, expected) => {
    const { emulator, clock } = await open({ modelId: haiku, ...quota });
    const seen = [];
    for (const at of [0, 0, 0, 60_000]) {
      clock.at = at;
      seen.push(await call(emulator, target, asking(500)));
    }
    expect(seen).toEqual(expected);
    await emulator.close();
  });

  test('each route of each region has a quota of its own', async () => {
    const { emulator } = await open({ requestsPerMinute: 1 });
    const targets = [
      target,
      { ...target, id: `global.${haiku}`, route: 'global' },
      { ...target, region: 'us-west-2' },
      { ...target, id: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${haiku}` },
    ];
    const seen = [];
    for (const each of targets) seen.push(await call(emulator, each, asking(1)));
    // The ARN of the profile is the profile.
    expect(seen).toEqual(['answered', 'answered', 'answered', tooManyRequests]);
    await emulator.close();
  });

  test('says that a model is not enabled, and that it was not used for long', async () => {
    const { emulator } = await open();
    emulator.quotas.set({ modelId: haiku, region: 'us-east-1', access: 'denied' });
    const denied = "AccessDeniedException: You don't have access to the model with the specified model ID.";
    expect(await call(emulator, target, asking(1))).toBe(denied);
    expect(await call(emulator, { ...target, region: 'us-east-2' }, asking(1))).toBe('answered');
    emulator.quotas.set({ region: 'us-east-1', access: undefined });
    expect(await call(emulator, target, asking(1))).toBe('answered');
    emulator.quotas.set({ access: 'denied' });
    const legacy = { ...target, id: 'ai21.jamba-1-5-large-v1:0', route: 'in_region' };
    expect(await call(emulator, legacy, asking(1))).toMatch(
      /^ResourceNotFoundException: Access denied\. This Model is marked by provider as Legacy/,
    );
    expect(emulator.ledger()).toMatchObject({ admitted: 2, answered: 2, denied: 2 });
    await emulator.close();
  });
});

test('reserves the maximum of the model where maxTokens is not set', async () => {
  const { emulator } = await open({ tokensPerMinute: 64_999 });
  expect(await inProcess(emulator, target, { messages: asking(0).messages })).toBe(tooManyTokens);
  emulator.quotas.set({ tokensPerMinute: 65_000 });
  expect(await inProcess(emulator, target, { messages: asking(0).messages })).toBe('answered');
  await emulator.close();
});

test('settles with the burn-down of the model, and knows each call', async () => {
  const { emulator } = await open();
  emulator.when().reply({
    output: { message: { role: 'assistant', content: [{ text: 'Granite.' }] } },
    usage: { inputTokens: 600, outputTokens: 10, totalTokens: 610 },
  });
  const reply = await emulator.connect(target).converse(asking(500));
  expect(textOf(reply)).toBe('Granite.');
  expect(emulator.ledger({ modelId: `us.${haiku}` })).toEqual({
    admitted: 1,
    throttled: 0,
    unavailable: 0,
    denied: 0,
    settled: 1,
    settledTokens: 650,
    answered: 1,
    calls: [
      {
        requestId: emulator.requests[0]?.requestId,
        key: `us-east-1/${haiku}/geo`,
        operation: 'Converse',
        outcome: 'admitted',
        reservedTokens: 1_500,
        settledTokens: 650,
        isAnswered: true,
      },
    ],
  });
  await emulator.close();
});

const events = eventsOf('a'.repeat(400), { pieceLength: 40 });

// 1,000 of input, and 10 of output at five each, unless the stream says itself what it came to.
test.each<[string, Answer, { settledTokens?: number; isAnswered: boolean }]>([
  ['is whole', events, { settledTokens: 35, isAnswered: true }],
  ['ends before its message does', events.slice(0, 2), { settledTokens: 1_050, isAnswered: false }],
  ['is reset', [...events.slice(0, 2), fault('reset')], { settledTokens: 1_050, isAnswered: false }],
  ['fails', [...events.slice(0, 2), bedrockError('ModelStreamErrorException')], { isAnswered: false }],
  ['never begins', fault('reset'), { isAnswered: false }],
  ['is refused', bedrockError('InternalServerException'), { isAnswered: false }],
])('charges what was written to a stream that %s', async (_, answer, expected) => {
  const { emulator } = await open();
  emulator.when().reply(answer);
  await emulator
    .connect(target)
    .converseStream(asking(500))
    .response.catch(() => {});
  const requestId = expect.any(String);
  const entry = { requestId, key: `us-east-1/${haiku}/geo`, operation: 'ConverseStream', outcome: 'admitted' };
  expect(emulator.ledger().calls).toEqual([{ ...entry, reservedTokens: 1_500, ...expected }]);
  await emulator.close();
});

test('a caller that leaves pays for what was written, and is not answered', async () => {
  const { emulator } = await open({ concurrent: 1 });
  emulator.when().always(events);
  for await (const event of emulator.connect(target).converseStream(asking(500))) if (event.contentBlockDelta) break;
  const [entry] = emulator.ledger().calls;
  expect(entry).toMatchObject({ settledTokens: 1_050, isAnswered: false });
  // And its place is free again.
  expect(await inProcess(emulator, target, asking(1))).toBe('answered');
  await emulator.close();
});

test('a stream that writes beyond its reservation takes it at once', async () => {
  const { emulator } = await open({ tokensPerMinute: 10_000 });
  const written = Promise.withResolvers<void>();
  const long = eventsOf('a'.repeat(8_000), { pieceLength: 4_000 });
  emulator.when().reply([...long.slice(0, 3), () => written.promise, ...long.slice(3)]);
  const stream = emulator.connect(target).converseStream(asking(10));
  const reader = stream[Symbol.asyncIterator]();
  for (let count = 0; count < 3; count++) await reader.next();
  // 1,000 of input and 2,000 of output at five each; 10,000 a minute hold no more than that.
  expect(await inProcess(emulator, target, asking(10))).toBe(tooManyTokens);
  written.resolve();
  await reader.return?.();
  await emulator.close();
});

test('beyond its hidden cap it is unavailable', async () => {
  const { emulator } = await open({ concurrent: 1 });
  const free = Promise.withResolvers<void>();
  emulator.when().reply([() => free.promise, ...eventsOf('Granite.')]);
  const first = emulator.connect(target).converseStream(asking(1)).response;
  expect(await inProcess(emulator, target, asking(1))).toMatch(/^ServiceUnavailableException: Too many connections/);
  free.resolve();
  await first;
  expect(emulator.ledger()).toMatchObject({ admitted: 1, unavailable: 1, answered: 1 });
  await emulator.close();
});

test.each<[unknown, string]>([
  [[], 'quota has to be an object, and it is a list.'],
  [{ rpm: 1 }, "quota has no 'rpm'. It may have: modelId, region, route, requestsPerMinute, "],
  [{ requestsPerMinute: '1' }, 'quota.requestsPerMinute has to be a number from 0, and it is "1".'],
  [{ neighbour: 2 }, 'quota.neighbour has to be a number from 0 to 1, and it is 2.'],
  [{ access: 'maybe' }, 'quota.access has to be one of granted, denied, unknown_model, and it is "maybe".'],
  [{ shape: { kind: 'token_bucket' } }, 'quota.shape.burstSeconds has to be a number from '],
])('says what is wrong with the quota %j', async (quota, message) => {
  const { emulator } = await open();
  expect(() => emulator.quotas.set(quota as AccountQuota)).toThrow(message);
  await expect(createEmulator({ quotas: [quota as AccountQuota] })).rejects.toThrow(
    message.replace('quota', 'quotas[0]'),
  );
  await emulator.close();
});

test('what is refused before it is let in, costs nothing', async () => {
  const { emulator } = await open({ requestsPerMinute: 1 });
  expect(await inProcess(emulator, target, { messages: [] })).toMatch(/^ValidationException/);
  expect(emulator.ledger()).toMatchObject({ admitted: 0, throttled: 0, calls: [] });
  expect(await inProcess(emulator, target, asking(1))).toBe('answered');
  await emulator.close();
});

test('the ledger agrees with what a client has counted, whatever happens', async () => {
  const outcome = constantFrom('Granite.', bedrockError('InternalServerException'), fault('reset'));
  const property = asyncProperty(array(outcome, { maxLength: 30 }), nat(20), async (answers, requestsPerMinute) => {
    const { emulator } = await open({ requestsPerMinute });
    const counted = { answered: 0, throttled: 0, failed: 0 };
    for (const answer of answers) {
      const rule = emulator.when().always(answer);
      const seen = await inProcess(emulator, target, asking(1));
      counted[seen === 'answered' ? 'answered' : seen === tooManyRequests ? 'throttled' : 'failed'] += 1;
      rule.end();
    }
    const { admitted, throttled, answered, settled, calls } = emulator.ledger();
    expect({ answered, throttled, failed: admitted - settled }).toEqual(counted);
    expect(calls.filter(({ isAnswered }) => isAnswered)).toHaveLength(counted.answered);
    await emulator.close();
  });
  await check(property, { numRuns: 0.3 * (readConfigureGlobal().numRuns ?? 100) });
});

async function open(...quotas: AccountQuota[]) {
  const clock = { at: 0 };
  const emulator = await createEmulator({ now: () => clock.at, quotas, respond: () => 'Granite.' });
  return { clock, emulator };
}

function asking(maxTokens: number): ConverseRequest {
  return {
    messages: [{ role: 'user', content: [{ text }] }],
    ...(maxTokens > 0 && { inferenceConfig: { maxTokens } }),
  };
}
