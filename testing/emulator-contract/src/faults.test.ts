import { type BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { ConverseError, TargetName } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { type Answer, bedrockError, createEmulator, type Emulator, fault } from '@outcrop/emulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, transports } from './clients.ts';

const modelId = 'eu.amazon.nova-lite-v1:0';
const target: TargetName = { model: 'Nova Lite', id: modelId, region: 'eu-west-1', route: 'geo' };
const messages = [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }];
const half = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);

describe.each(transports)('the AWS SDK over %s', (name, config) => {
  let emulator: Emulator;
  let client: BedrockRuntimeClient;

  beforeAll(async () => {
    emulator = await createEmulator();
    client = createClient(emulator.url, config);
  });
  afterAll(() => emulator.close());

  /** How many events came, and how the stream ended. */
  async function read(answer: Answer, onEvent?: (count: number) => void): Promise<[events: number, end: string]> {
    emulator.when().reply(answer);
    let count = 0;
    try {
      const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, messages }));
      for await (const _ of stream) {
        count += 1;
        onEvent?.(count);
      }
      return [count, 'no error'];
    } catch (error) {
      return [count, `${(error as Error).name}: ${(error as Error).message}`];
    }
  }

  test.each<[string, Answer, events: number, end: Record<string, RegExp>]>([
    ['ends cleanly before its message does', half, 4, { 'HTTP/2': /^no error$/, 'HTTP/1.1': /^no error$/ }],
    [
      'is throttled in the middle',
      [...half, bedrockError('ThrottlingException')],
      4,
      { 'HTTP/2': /^ThrottlingException: Too many/, 'HTTP/1.1': /^ThrottlingException: Too many/ },
    ],
    [
      'fails at its first frame',
      [bedrockError('ModelStreamErrorException')],
      0,
      { 'HTTP/2': /^ModelStreamErrorException: /, 'HTTP/1.1': /^ModelStreamErrorException: / },
    ],
    [
      'ends in half a frame',
      [...half, fault('half_frame')],
      4,
      { 'HTTP/2': /Truncated event message/, 'HTTP/1.1': /Truncated event message/ },
    ],
    [
      'holds a wrong checksum',
      [...half, fault('bad_crc')],
      4,
      { 'HTTP/2': /message checksum/, 'HTTP/1.1': /message checksum/ },
    ],
  ])('sees a stream that %s', async (_, answer, events, end) => {
    expect(await read(answer)).toEqual([events, expect.stringMatching(end[name] ?? /never/)]);
  });

  test('sees a stream that is reset', async () => {
    const read4 = Promise.withResolvers<void>();
    // A reset may overtake what is still on its way to the reader.
    const answer = [...half, () => read4.promise, fault('reset')];
    const seen = await read(answer, (count) => count === 4 && read4.resolve());
    const ends: Record<string, string> = { 'HTTP/2': 'read ECONNRESET', 'HTTP/1.1': 'Error: aborted' };
    expect(seen).toEqual([4, expect.stringContaining(ends[name] ?? 'never')]);
  });

  test.each<[string, Answer, RegExp]>([
    ['a reset', fault('reset'), /ECONNRESET|socket hang up|did not get a response/],
    ['half a body', fault('half_frame'), /JSON/],
    ['a body that is no JSON', fault('bad_crc'), /JSON/],
  ])('sees %s instead of a reply', async (_, answer, message) => {
    emulator.when().reply(answer);
    await expect(client.send(new ConverseCommand({ modelId, messages }))).rejects.toThrow(message);
  });

  test.each<[string, Answer]>([
    ['before the headers', fault('hang')],
    ['behind the headers', [...half, fault('hang')]],
  ])('waits %s until it gives up', async (_, answer) => {
    const controller = new AbortController();
    const gone = Promise.withResolvers<void>();
    emulator.when().reply(({ signal }) => {
      signal.addEventListener('abort', () => gone.resolve());
      queueMicrotask(() => controller.abort());
      return answer;
    });
    const call = client.send(new ConverseCommand({ modelId, messages }), { abortSignal: controller.signal });
    await expect(call).rejects.toThrow('aborted');
    await gone.promise;
  });

  test('sees an outage of one region, as long as it lasts', async () => {
    const other = createClient(emulator.url, { ...config, region: 'us-east-1' });
    const outage = emulator.when({ region: 'us-east-1' }).always(bedrockError('ServiceUnavailableException'));
    const call = () => other.send(new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages }));
    await expect(call()).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
    await expect(client.send(new ConverseCommand({ modelId, messages }))).resolves.toMatchObject({});
    outage.end();
    await expect(call()).resolves.toMatchObject({ stopReason: 'end_turn' });
  });
});

test.each<[string, Answer, Partial<ConverseError>]>([
  [
    'a throttle',
    bedrockError('ThrottlingException'),
    { code: 'throttled', awsName: 'ThrottlingException', status: 429 },
  ],
  ['a throttle in the stream', [...half, bedrockError('ThrottlingException')], { code: 'throttled' }],
  ['an outage', bedrockError('ServiceUnavailableException'), { code: 'unavailable', status: 503 }],
  ['a clean end too early', half, { code: 'stream_truncated' }],
  ['a reset', [...half, fault('reset')], { code: 'connection' }],
  ['half a frame', [...half, fault('half_frame')], { code: 'connection' }],
  ['a wrong checksum', [...half, fault('bad_crc')], { code: 'connection' }],
  ['a responder that fails', new TypeError('rock is undefined'), { code: 'internal', status: 500 }],
])('is, for who calls in process, %s', async (_, answer, error) => {
  await using emulator = await createEmulator({ respond: () => answer });
  await expect(emulator.connect(target).converseStream({ messages }).response).rejects.toMatchObject(error);
});

test('takes half a body, in process too, for a reply that makes no sense', async () => {
  await using emulator = await createEmulator({ respond: () => fault('half_frame') });
  const error = await emulator
    .connect(target)
    .converse({ messages })
    .catch((error: ConverseError) => error);
  expect(error).toMatchObject({ code: 'malformed_reply' });
  expect(error).not.toHaveProperty('awsName');
});

test('says in process who refused, and by which request', async () => {
  await using emulator = await createEmulator({ respond: () => bedrockError('AccessDeniedException') });
  await expect(emulator.connect(target).converse({ messages })).rejects.toMatchObject({
    code: 'access_denied',
    target,
    requestId: expect.stringMatching(/^[\da-f-]{36}$/),
  });
});
