import { type Converse, type ConverseError, isConverseError } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import {
  type Answer,
  bedrockError,
  createEmulator,
  type Emulator,
  type FaultName,
  fault,
  throttle,
} from '@outcrop/emulator';
import type { BedrockService } from '@outcrop/providers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { question, name as servedBy, target, ways } from './scene.ts';

const whole = eventsOf('Granite, surely.');
const half = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);
const requestId = expect.stringMatching(/^[\da-f-]{36}$/);

type Expected = { code: ConverseError['code'] } & Record<string, unknown>;

const refusals: [string, Answer, Expected][] = [
  ['too many requests', throttle(), { code: 'throttled', limit: 'requests', status: 429 }],
  ['too many tokens', throttle('tokens'), { code: 'throttled', limit: 'tokens', status: 429 }],
  ['a day used up', throttle('tokens_per_day'), { code: 'quota_exhausted', limit: 'tokens_per_day', status: 429 }],
  ['an outage', bedrockError('ServiceUnavailableException'), { code: 'unavailable', status: 503 }],
  ['a failure inside', bedrockError('InternalServerException'), { code: 'internal', status: 500 }],
  ['a failing model', bedrockError('ModelErrorException'), { code: 'model_error', status: 424 }],
  ['a slow model', bedrockError('ModelTimeoutException'), { code: 'timeout', phase: 'model', status: 408 }],
  ['a cold model', bedrockError('ModelNotReadyException'), { code: 'model_not_ready', status: 429 }],
  ['no access', bedrockError('AccessDeniedException'), { code: 'access_denied', status: 403 }],
  ['an old token', bedrockError('ExpiredTokenException'), { code: 'credentials', reason: 'expired', status: 403 }],
  ['no such model', bedrockError('ResourceNotFoundException'), { code: 'unknown_model', status: 404 }],
  ['a hard quota', bedrockError('ServiceQuotaExceededException'), { code: 'quota_exhausted', limit: 'service_quota' }],
  ['a wrong request', bedrockError('ValidationException'), { code: 'invalid_request', status: 400 }],
];

const ends: [string, Answer, Expected][] = [
  ['ends cleanly too early', half, { code: 'stream_truncated' }],
  ['ends in half a frame', [...half, fault('half_frame')], { code: 'connection' }],
  ['holds a wrong checksum', [...half, fault('bad_crc')], { code: 'connection' }],
  ['is throttled', [...half, throttle('tokens')], { code: 'throttled', limit: 'tokens' }],
  ['fails', [...half, bedrockError('ModelStreamErrorException')], { code: 'model_error' }],
  ['fails at once', [bedrockError('InternalServerException')], { code: 'internal' }],
];

// Whatever has come: behind a `messageStop` only the break tells that the usage is missing.
const breaks = (['reset', 'stream_reset', 'session_drop'] as const).flatMap((name) =>
  Array.from({ length: whole.length + 1 }, (_, count): [name: FaultName, count: number] => [name, count]),
);

const broken: [string, Answer, Expected][] = [
  ['a reset', fault('reset'), { code: 'connection' }],
  ['half a body', fault('half_frame'), { code: 'malformed_reply', status: 200 }],
  ['a body that is no JSON', fault('bad_crc'), { code: 'malformed_reply', status: 200 }],
];

describe.each(ways)('%s', (_, create) => {
  let emulator: Emulator;
  let bedrock: BedrockService;
  let model: Converse;

  beforeAll(async () => {
    emulator = await createEmulator();
    bedrock = create(emulator.url);
    model = bedrock.connect(target);
  });
  afterAll(async () => {
    await bedrock.close();
    await emulator.close();
  });

  /** Until the test is over. On a busy machine a call may end before it arrives, and an answer kept for it would be the next one's. */
  function answerAll(answer: Answer): void {
    const rule = emulator.when().always(answer);
    onTestFinished(rule.end);
  }

  test.each(refusals)('says what is refused: %s', async (_, answer, expected) => {
    answerAll(answer);
    expect(await failureOf(model.converse(question))).toMatchObject({ ...expected, target: servedBy, requestId });
    expect(await failureOf(model.converseStream(question).response)).toMatchObject({
      ...expected,
      target: servedBy,
      requestId,
    });
  });

  test.each(ends)('says that a stream %s', async (_, answer, expected) => {
    emulator.when().reply(answer);
    const error = await failureOf(model.converseStream(question).response);
    expect(error).toMatchObject({ ...expected, target: servedBy, requestId, status: 200 });
  });

  test.each(breaks)('says that a %s broke a stream behind %i events', async (name, count) => {
    emulator.when().reply([...whole.slice(0, count), fault(name)]);
    const error = await failureOf(model.converseStream(question).response);
    expect(error).toMatchObject({ code: 'connection', target: servedBy });
  });

  test.each(broken)('says that %s came instead of a reply', async (_, answer, expected) => {
    emulator.when().reply(answer);
    expect(await failureOf(model.converse(question))).toMatchObject({ ...expected, target: servedBy });
  });

  test('says that a stream was reset', async () => {
    const read = Promise.withResolvers<void>();
    // A reset may overtake what is still on its way to the reader.
    emulator.when().reply([...half, () => read.promise, fault('reset')]);
    const stream = model.converseStream(question);
    let count = 0;
    const reading = (async () => {
      for await (const _ of stream) if (++count === half.length) read.resolve();
    })();
    expect((await failureOf(reading)).code).toBe('connection');
    expect(count).toBe(half.length);
  });

  test.each<[string, Answer, object, phase: string]>([
    ['before the first event', fault('hang'), { firstEventMs: 30 }, 'first_event'],
    ['between two events', [...half, fault('hang')], { idleMs: 30 }, 'idle'],
    ['in all', [...half, fault('hang')], { totalMs: 30 }, 'total'],
  ])('waits no longer than it may %s of a stream', async (_, answer, deadlines, phase) => {
    answerAll(answer);
    const error = await failureOf(model.converseStream(question, { deadlines }).response);
    expect(error).toMatchObject({ code: 'timeout', phase, deadlineMs: 30, target: servedBy });
  });

  test('waits no longer for a reply than it may', async () => {
    answerAll(fault('hang'));
    const error = await failureOf(model.converse(question, { deadlines: { totalMs: 30 } }));
    expect(error).toMatchObject({ code: 'timeout', phase: 'total', deadlineMs: 30, target: servedBy });
  });

  test('says that nobody listens', async () => {
    const gone = await createEmulator();
    await gone.close();
    await using other = create(gone.url);
    expect((await failureOf(other.connect(target).converse(question))).code).toMatch(/^(unavailable|connection)$/);
  });

  test('says who answered, how long it took, and which tries there were', async () => {
    const events: unknown[] = [];
    const options = { onEvent: (event: unknown) => events.push(event) };
    emulator.when().reply(reply('Granite.'), eventsOf('Granite, surely.', { pieceLength: 4 }));
    const whole = await model.converse(question, options);
    expect(whole).toMatchObject({ servedBy, metrics: { totalMs: expect.any(Number) } });
    const streamed = await model.converseStream(question, options).response;
    expect(streamed).toMatchObject({
      servedBy,
      metrics: { totalMs: expect.any(Number), timeToFirstTokenMs: expect.any(Number) },
    });
    const attempt = { type: 'attempt', target: servedBy, attempt: 1 };
    expect(events).toEqual([attempt, attempt]);
  });

  test('is addressed by an ARN', async () => {
    const id = 'arn:aws:bedrock:eu-west-2:123456789012:application-inference-profile/granite(1)*';
    await bedrock.connect({ ...target, id }).converse(question);
    expect(emulator.requests.at(-1)?.modelId).toBe(id);
  });

  test('leaves no socket behind a thousand streams that were left', async () => {
    await using service = await createEmulator({ respond: () => [...half, () => new Promise(() => {})] });
    await using other = create(service.url);
    const model = other.connect(target);
    const before = sockets();
    const underWay = () => service.requests.filter(({ signal }) => !signal.aborted).length;
    const held = Array.from({ length: 10 }, () => model.converseStream(question)[Symbol.asyncIterator]());
    await Promise.all(held.map((reading) => reading.next()));
    expect(underWay()).toBe(10);
    await Promise.all(held.map((reading) => reading.return?.()));
    for (let round = 0; round < 99; round++) {
      await Promise.all(Array.from({ length: 10 }, () => leave(model)));
    }
    expect(service.requests).toHaveLength(1_000);
    await expect.poll(underWay, { timeout: 10_000 }).toBe(0);
    await expect.poll(() => sockets() - before, { timeout: 10_000 }).toBeLessThanOrEqual(4);
  });
});

async function leave(model: Converse): Promise<void> {
  for await (const _ of model.converseStream(question)) break;
}

/** The connections of this process, both ends of them. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

async function failureOf(promise: Promise<unknown>): Promise<ConverseError> {
  const error = await promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
  if (!isConverseError(error)) throw error;
  return error;
}
