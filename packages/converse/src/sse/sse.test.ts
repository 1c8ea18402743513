import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  type Converse,
  ConverseError,
  type ConverseResponse,
  type ConverseStream,
  type ConverseStreamEvent,
  createConverseStream,
  isConverseError,
  type Message,
  type TargetName,
} from '../index.ts';
import { messagesFromJson, toJson } from '../json/index.ts';
import { fromSse, type ToSseOptions, toSse } from './index.ts';

const events: ConverseStreamEvent[] = [
  { messageStart: { role: 'assistant' } },
  {
    contentBlockDelta: {
      contentBlockIndex: 0,
      delta: { reasoningContent: { redactedContent: new Uint8Array([1, 250]) } },
    },
  },
  { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'Granit 😀\n\r\n' } } },
  { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'é\u2028data: x\n\n' } } },
  { contentBlockStop: { contentBlockIndex: 1 } },
  { hologram: { depth: null } } as unknown as ConverseStreamEvent,
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 5 } } },
];
const target = { model: 'Nova Lite', id: 'us.amazon.nova-lite-v1:0', region: 'us-east-1', route: 'geo' };
const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2';
const refused = new ConverseError('access_denied', `User ${arn} may not.`, {
  hint: 'bedrock:InvokeModel',
  requestId: 'r-1',
  awsName: 'AccessDeniedException',
  status: 403,
  target: { ...target, id: arn },
});
const attempts: Attempt[] = [
  { target: { ...target, id: arn }, startedAt: 1, durationMs: 2, error: refused.toJson() },
  { target, startedAt: 3, durationMs: 4 },
];
const beyond = {
  servedBy: target,
  attempts,
  warnings: [{ code: 'clamped', message: 'maxTokens was clamped.' }],
  cost: { usd: 0.01, status: 'priced' as const },
  metrics: { latencyMs: 5, totalMs: 9 },
};

async function* from(list: readonly ConverseStreamEvent[], error?: unknown): AsyncGenerator<ConverseStreamEvent> {
  yield* list;
  if (error !== undefined) throw error;
}

function streamOf(list: readonly ConverseStreamEvent[], error?: unknown): ConverseStream {
  return createConverseStream(() => from(list, error), { finish: (reply) => ({ ...reply, ...beyond }) });
}

async function collect<T>(from: AsyncIterable<T>): Promise<{ items: T[]; error?: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of from) items.push(item);
  } catch (error) {
    return { items, error };
  }
  return { items };
}

/** A stream of events as a server sends it, in those pieces. */
function served(pieces: readonly (string | Uint8Array<ArrayBuffer>)[], init: ResponseInit = {}): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' }, ...init });
}

async function errorOf(response: Response): Promise<unknown> {
  const { error } = await collect(fromSse(response));
  if (!isConverseError(error)) throw error;
  return error.toJson();
}

describe('a stream over SSE', () => {
  test('has the same events and the same reply', async () => {
    const direct = await streamOf(events).response;
    const there = fromSse(toSse(streamOf(events), { trusted: true }));
    expect(await collect(there)).toEqual({ items: events });
    expect(await there.response).toEqual(direct);
  });

  test('is the same reply without reading the events, and without what the reply has not', async () => {
    const plain = () => createConverseStream(() => from(events));
    expect(await fromSse(toSse(plain())).response).toEqual(await plain().response);
  });

  test('tells a page who answered and what was tried, but nothing of the inside', async () => {
    const stream = createConverseStream(() => from(events), {
      // A whole Target where its name is expected: the types allow it.
      finish: (reply) => ({ ...reply, ...beyond, servedBy: { ...target, quotaKey: '123456789012' } as TargetName }),
    });
    const reply = await fromSse(toSse(stream)).response;
    const { servedBy, warnings, cost, metrics } = reply;
    expect({ servedBy, attempts: reply.attempts, warnings, cost, metrics }).toEqual({
      ...beyond,
      attempts: [
        {
          target: { ...target, id: 'application-inference-profile/a1b2' },
          startedAt: 1,
          durationMs: 2,
          error: { name: 'ConverseError', code: 'access_denied', message: 'The call failed: access_denied.' },
        },
        { target, startedAt: 3, durationMs: 4 },
      ],
    });
  });

  test.each<[string, unknown, ToSseOptions, unknown]>([
    ['all of it to a service', refused, { trusted: true }, refused.toJson()],
    [
      'the code to a page',
      refused,
      {},
      {
        name: 'ConverseError',
        code: 'access_denied',
        message: 'The call failed: access_denied.',
      },
    ],
    [
      'what can be acted on',
      new ConverseError('throttled', arn, { limit: 'tokens', retryAfterMs: 7, attempts }),
      {},
      {
        name: 'ConverseError',
        code: 'throttled',
        message: 'The call failed: throttled.',
        limit: 'tokens',
        retryAfterMs: 7,
      },
    ],
    [
      'no problems, which quote the prompt',
      new ConverseError('invalid_request', 'No.', {
        problems: [{ path: 'system[0].text', message: 'You are a secret.' }],
      }),
      {},
      { name: 'ConverseError', code: 'invalid_request', message: 'The call failed: invalid_request.', problems: [] },
    ],
    [
      'nothing of an unknown error',
      new TypeError('secret'),
      { trusted: true },
      {
        name: 'ConverseError',
        code: 'internal',
        message: 'The server failed inside.',
      },
    ],
  ])('tells an error in its middle: %s', async (_, error, options, json) => {
    const { items, error: told } = await collect(fromSse(toSse(streamOf(events.slice(0, 3), error), options)));
    expect(items).toEqual(events.slice(0, 3));
    if (!isConverseError(told)) throw told;
    expect(told.toJson()).toEqual(json);
    expect(told.partial?.output.message.content).toHaveLength(2);
  });

  test('asks for nothing before it is read, and no faster than it is read', async () => {
    let asked = 0;
    const source = async function* () {
      for (const event of events) {
        asked++;
        yield event;
      }
    };
    const reader = toSse(createConverseStream(source)).body?.getReader();
    await new Promise(setImmediate);
    expect(asked).toBe(0);
    await reader?.read();
    await reader?.read();
    await new Promise(setImmediate);
    expect(asked).toBe(2);
  });

  test('ends the call when the client goes away, also while the model is silent', async () => {
    let ended: AbortSignal | undefined;
    const stream = createConverseStream((signal) => {
      ended = signal;
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    });
    const reader = toSse(stream).body?.getReader();
    const silence = reader?.read();
    await new Promise(setImmediate);
    await reader?.cancel();
    expect(await silence).toEqual({ done: true, value: undefined });
    expect(ended?.aborted).toBe(true);
  });

  test('ends the call on the server when the reader leaves early', async () => {
    let ended: AbortSignal | undefined;
    const source = (signal: AbortSignal) => {
      ended = signal;
      return from(events);
    };
    for await (const _ of fromSse(toSse(createConverseStream(source)))) break;
    await new Promise(setImmediate);
    expect(ended?.aborted).toBe(true);
  });

  test('ends with the reason of its signal, even while nothing comes', async () => {
    let cancelled: unknown;
    const body = new ReadableStream({
      cancel(reason) {
        cancelled = reason;
      },
    });
    const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const controller = new AbortController();
    const whole = fromSse(response, { signal: controller.signal }).response;
    await new Promise(setImmediate);
    controller.abort('enough');
    await expect(whole).rejects.toBe('enough');
    expect(cancelled).toBe('enough');
  });

  test('cannot be sent if it has been read', () => {
    const stream = streamOf(events);
    stream[Symbol.asyncIterator]();
    expect(() => toSse(stream)).toThrow(TypeError);
  });

  test('tells proxies and caches to keep their hands off', () => {
    const { status, headers } = toSse(streamOf(events));
    expect({ status, ...Object.fromEntries(headers) }).toEqual({
      status: 200,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('a page and its server', () => {
  const asked: Message[] = [
    {
      role: 'user',
      content: [{ text: 'Which stone?' }, { image: { format: 'png', source: { bytes: new Uint8Array(9) } } }],
    },
  ];
  const seen: unknown[] = [];
  const model: Pick<Converse, 'converseStream'> = {
    converseStream(request) {
      seen.push(request);
      return streamOf(events);
    },
  };

  async function chat(request: Request): Promise<Response> {
    try {
      const messages = messagesFromJson(await request.text(), { maxBytes: 10 });
      return toSse(model.converseStream({ messages }, { signal: request.signal }));
    } catch (error) {
      if (!isConverseError(error)) throw error;
      return Response.json(error, { status: 400 });
    }
  }

  async function ask(conversation: Message[]): Promise<Message> {
    const body = JSON.stringify(toJson(conversation));
    const stream = fromSse(await chat(new Request('http://localhost/chat', { method: 'POST', body })));
    return (await stream.response).output.message;
  }

  test('hold a conversation with pictures', async () => {
    const answer = await ask(asked);
    expect(seen).toEqual([{ messages: asked }]);
    expect(answer).toEqual((await streamOf(events).response).output.message);
    await expect(ask([...asked, answer, ...asked])).rejects.toMatchObject({
      code: 'invalid_request',
      status: 400,
      problems: [
        {
          path: 'messages[1].content[0].reasoningContent.redactedContent',
          message: 'more bytes than the 10 that are allowed in all',
        },
        {
          path: 'messages[2].content[1].image.source.bytes',
          message: 'more bytes than the 10 that are allowed in all',
        },
      ],
    });
  });
});

describe('reading what a server sent', () => {
  test('gives the same for any cut, also in the middle of a letter', async () => {
    const bytes = new Uint8Array(await toSse(streamOf(events)).arrayBuffer());
    const whole = await fromSse(served([bytes])).response;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b)];
        const pieces = places.map((place, index) => bytes.slice(place, places[index + 1] ?? bytes.length));
        const stream = fromSse(served(pieces));
        expect(await collect(stream)).toEqual({ items: events });
        expect(await stream.response).toEqual(whole);
      }),
    );
    const letters = [...bytes].map((byte) => new Uint8Array([byte]));
    expect(await collect(fromSse(served(letters)))).toEqual({ items: events });
  });

  test('passes over a BOM, comments and events of another name', async () => {
    const text = await toSse(streamOf(events)).text();
    const noisy = `\uFEFF: hello\r\n\r\nevent: weather\ndata: not json\n\n${text.replace(/(^|\n)data: /g, '$1: ping\ndata:')}`;
    expect(await collect(fromSse(served([noisy])))).toEqual({ items: events });
  });

  test.each<[string, (text: string) => string]>([
    ['in the middle of an event', (text) => text.slice(0, 100)],
    ['between two events', (text) => text.slice(0, text.indexOf('\n\n') + 2)],
    ['after messageStop', (text) => text.slice(0, text.indexOf('data: {"metadata"'))],
    ['before the last line end', (text) => text.slice(0, -1)],
    ['before it began', () => ''],
  ])('notices that the stream was cut %s', async (_, cut) => {
    const text = await toSse(streamOf(events)).text();
    expect(await errorOf(served([cut(text)]))).toMatchObject({ code: 'stream_truncated' });
  });

  test('notices a connection that breaks', async () => {
    const cause = new TypeError('terminated');
    const body = new ReadableStream({
      pull: () => Promise.reject(cause),
    });
    const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const { error } = await collect(fromSse(response));
    expect(error).toMatchObject({ code: 'connection', cause });
  });

  test.each<[string, Response, unknown]>([
    [
      'an event that is no JSON',
      served(['data: {\n\n']),
      {
        code: 'malformed_reply',
        message: 'This is not an event of a reply: the text is not JSON.',
        problems: [{ path: '', message: 'the text is not JSON' }],
      },
    ],
    [
      'an event that is none',
      served(['data: {"contentBlockStop":{}}\n\n']),
      {
        code: 'malformed_reply',
        message: 'This is not an event of a reply: contentBlockStop.contentBlockIndex: is missing.',
        problems: [{ path: 'contentBlockStop.contentBlockIndex', message: 'is missing' }],
      },
    ],
    [
      'a failure that is no error',
      served(['event: failure\ndata: {"code":"oops"}\n\n']),
      {
        code: 'malformed_reply',
        message: 'An error arrived that is not the JSON form of a ConverseError.',
      },
    ],
    [
      'bytes that are not UTF-8',
      served([new Uint8Array([0xff])]),
      {
        code: 'malformed_reply',
        message: 'The server sent bytes that are not UTF-8.',
      },
    ],
    [
      'an event without an end',
      served(['data: ', 'x'.repeat(2 ** 24)]),
      {
        code: 'malformed_reply',
        message: 'The server sent one event of more than 16777216 characters, so it was left.',
      },
    ],
    [
      'a page of a proxy',
      served(['<html>'], { status: 502, headers: { 'content-type': 'text/html' } }),
      {
        code: 'malformed_reply',
        message: 'The server answered 502 with text/html, not with events.',
        status: 502,
      },
    ],
    [
      'a page of a proxy that says all is well',
      served(['<html>'], { headers: { 'content-type': 'text/html' } }),
      {
        code: 'malformed_reply',
        message: 'The server answered 200 with text/html, not with events.',
        status: 200,
      },
    ],
    [
      'nothing',
      new Response(null, { status: 204 }),
      {
        code: 'malformed_reply',
        message: 'The server answered 204 with no content type, not with events.',
        status: 204,
      },
    ],
    [
      'an error in JSON',
      Response.json(new ConverseError('throttled', 'Wait.', { retryAfterMs: 5 }), { status: 429 }),
      {
        code: 'throttled',
        message: 'Wait.',
        retryAfterMs: 5,
        status: 429,
      },
    ],
    [
      'other JSON',
      Response.json({ code: 'throttled', message: 'Wait.' }, { status: 429 }),
      {
        code: 'malformed_reply',
        message: 'The server answered 429 with application/json, not with events.',
        status: 429,
      },
    ],
  ])('has a typed error for %s', async (_, response, error) => {
    expect(await errorOf(response)).toEqual({ name: 'ConverseError', ...(error as object) });
  });

  test('lets the end of a reply add to it and change nothing else', async () => {
    const text = await toSse(createConverseStream(() => from(events))).text();
    const end = '{"output":{},"stopReason":"tool_use","servedBy":null,"cost":{"usd":1,"status":"priced"},"tomorrow":1}';
    const reply = await fromSse(served([text.replace(/(?<=event: reply\ndata: ).*/, end)])).response;
    const before = await createConverseStream(() => from(events)).response;
    expect(reply).toEqual({ ...before, cost: { usd: 1, status: 'priced' } } satisfies ConverseResponse);
  });

  test('keeps an error in JSON from replacing what an error can do', async () => {
    const hostile =
      '{"name":"ConverseError","code":"internal","message":"m","__proto__":{"x":1},"toJson":1,"attempts":null}';
    const response = served([hostile], { status: 500, headers: { 'content-type': 'application/json' } });
    expect(await errorOf(response)).toEqual({ name: 'ConverseError', code: 'internal', message: 'm', status: 500 });
  });
});
