import {
  type ConverseError,
  type ConverseResponse,
  type ConverseStreamEvent,
  createFold,
  isConverseError,
  type Target,
  textOf,
  toolUsesOf,
} from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { createTextFormat } from '@outcrop/providers';
import { createBedrock, type DirectBedrockOptions } from '@outcrop/providers/direct';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const target: Target = {
  model: 'Granite',
  id: 'granite-v1',
  region: 'eu-west-1',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'granite',
  traits: {},
};
const question = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };

// AWS's own codec writes what is read here.
const codec = new EventStreamCodec(toUtf8, fromUtf8);

function frame(headers: Record<string, string>, payload: unknown): Uint8Array {
  const body = fromUtf8(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const named = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }] as const);
  return codec.encode({ headers: Object.fromEntries(named), body });
}

function eventFrame(event: ConverseStreamEvent): Uint8Array {
  const [[kind = '', payload] = []] = Object.entries(toJson(event) as object);
  return frame({ ':message-type': 'event', ':event-type': kind }, { ...payload, p: 'abcdef' });
}

const exception = (name: string, payload: unknown = {}) =>
  frame({ ':message-type': 'exception', ':exception-type': name }, payload);

const streamHeaders = { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'request-1' };

function stream(...pieces: Uint8Array[]): Response {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(body, { headers: streamHeaders });
}

/** The events, the second half after a silence that begins behind the first of its kind. */
function silentAfter(kind: keyof ConverseStreamEvent, events: ConverseStreamEvent[], silence: Promise<void>): Response {
  const from = events.findIndex((event) => event[kind] !== undefined) + 1;
  const body = new ReadableStream({
    async start(controller) {
      for (const event of events.slice(0, from)) controller.enqueue(eventFrame(event));
      await silence;
      for (const event of events.slice(from)) controller.enqueue(eventFrame(event));
      controller.close();
    },
  });
  return new Response(body, { headers: streamHeaders });
}

type Sent = { path: string; headers: Record<string, string>; body: unknown };

/** A model that gives this answer, and what it was asked. */
function answering(answer: () => Response, options: Partial<DirectBedrockOptions & { target: Partial<Target> }> = {}) {
  const sent: Sent[] = [];
  const bedrock = createBedrock({
    auth: { apiKey: 'a-key' },
    ...options,
    async fetch(url, { headers, body }) {
      sent.push({ path: new URL(url).pathname, headers, body: JSON.parse(body as string) });
      return answer();
    },
  });
  return { sent, model: bedrock.connect({ ...target, ...options.target }) };
}

test.each([
  ['contentBlockStart', 9_000, 'tool_use'],
  ['contentBlockStart', 11_000, 'timeout'],
  ['messageStart', 1_100, 'timeout'],
  ['contentBlockStop', 1_100, 'timeout'],
] as const)('silence after %s of a tool for %d ms, where a second is allowed: %s', async (kind, silenceMs, end) => {
  const clock = createVirtualClock();
  const events = eventsOf(reply(toolCall('write_file', { text: 'Granite.' })));
  const { model } = answering(() => silentAfter(kind, events, clock.delay(silenceMs)), { ...clock });
  const asked = model.converseStream(question, { deadlines: { idleMs: 1_000 } }).response;
  const ended = asked.then(
    ({ stopReason }) => stopReason,
    (error: ConverseError) => error.code,
  );
  expect(await clock.run(ended)).toBe(end);
});

describe('a number that JavaScript would make another one is the text of its digits, and a warning says so', () => {
  const long = '12345678901234567890';
  const claude = { id: 'message_1', type: 'message', role: 'assistant', stop_reason: 'tool_use', usage: {} };
  const toClaude: Partial<Target> = { api: 'invoke', traits: { invokeFormat: 'claude_messages' } };
  const toLlama: Partial<Target> = { api: 'invoke', traits: { invokeFormat: 'llama3' } };
  const use = `{"type":"tool_use","id":"call_1","name":"ship","input":{"order":${long}}}`;
  const chunk = (json: string) =>
    frame({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes: Buffer.from(json).toString('base64') });
  const claudeChunks = [
    `{"type":"message_start","message":{"role":"assistant"}}`,
    `{"type":"content_block_start","index":0,"content_block":${use}}`,
    `{"type":"content_block_stop","index":0}`,
    `{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"input_tokens":1,"output_tokens":1}}`,
    `{"type":"message_stop"}`,
  ];
  const whole = JSON.stringify(reply(toolCall('ship', { order: 'N' }))).replace('"N"', long);
  const llama = (generation: string) => JSON.stringify({ generation, stop_reason: 'stop' });
  const python = llama(`[ship(order=${long})]`);
  const tool = { toolSpec: { name: 'ship', inputSchema: { json: { type: 'object' } } } };
  const shipping = { ...question, toolConfig: { tools: [tool] } };

  test.each<[string, () => Response, Partial<Target>, streams: boolean, path: string]>([
    ['a whole reply', () => new Response(whole), {}, false, 'output.message.content[0].toolUse.input.order'],
    [
      'a stream',
      () => stream(...eventsOf(reply(toolCall('ship', `{"order":${long}}`))).map(eventFrame)),
      {},
      true,
      'output.message.content[0].toolUse.input.order',
    ],
    [
      'a whole reply to who streams',
      () => new Response(whole),
      { traits: { streaming: false } },
      true,
      'output.message.content[0].toolUse.input.order',
    ],
    [
      'a body of Claude',
      () => new Response(JSON.stringify({ ...claude, content: [0] }).replace('[0]', `[${use}]`)),
      toClaude,
      false,
      'content[0].input.order',
    ],
    ['its stream', () => stream(...claudeChunks.map(chunk)), toClaude, true, 'content_block.input.order'],
    [
      'a call in the text of Llama',
      () => new Response(llama(`{"name":"ship","parameters":{"order":${long}}}`)),
      toLlama,
      false,
      'generation.parameters.order',
    ],
    ['one in Python', () => new Response(python), toLlama, false, 'generation'],
    ['one that is streamed', () => stream(chunk(python)), toLlama, true, 'generation'],
  ])('%s', async (_, answer, target, streams, path) => {
    const { model } = answering(answer, { target });
    const replied = await (streams ? model.converseStream(shipping).response : model.converse(shipping));
    expect(toolUsesOf(replied).map(({ input }) => input)).toEqual([{ order: long }]);
    const message = 'A number with more digits than a JavaScript number holds is given as text.';
    const found = replied.warnings?.filter(({ code }) => code === 'number_as_text');
    expect(found).toEqual([{ code: 'number_as_text', message, path }]);
  });
});

async function failureOf(promise: Promise<unknown>): Promise<ConverseError> {
  const error = await promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
  if (!isConverseError(error)) throw error;
  return error;
}

const some: ConverseStreamEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Gra' } } },
];

describe('a stream', () => {
  test('is read the same wherever its bytes are cut', async () => {
    const replies = fc.record({
      text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ''),
      input: fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(replies, fc.array(fc.nat(), { maxLength: 6 }), async ({ text, input, bytes }, cuts) => {
        const events = eventsOf(
          reply(
            text,
            { reasoningContent: { redactedContent: bytes } },
            toolCall('look', JSON.parse(JSON.stringify(input))),
          ),
          { pieceLength: 3 },
        );
        const whole = Uint8Array.from(events.flatMap((event) => [...eventFrame(event)]));
        const places = [...new Set(cuts.map((cut) => cut % whole.length))].sort((a, b) => a - b);
        const pieces = [0, ...places].map((place, index) => whole.slice(place, places[index] ?? whole.length));
        const { model } = answering(() => stream(...pieces));
        const came: ConverseStreamEvent[] = [];
        const reading = model.converseStream(question);
        for await (const event of reading) came.push(event);
        expect(came).toEqual(events);
        const fold = createFold();
        for (const event of events) fold.add(event);
        const { metrics: _, servedBy: __, ...folded } = await reading.response;
        const { metrics: ___, ...expected } = fold.response as ConverseResponse;
        expect(folded).toEqual(expected);
      }),
    );
  });

  test.each<[string, Uint8Array, object]>([
    [
      'an exception that is modelled',
      exception('throttlingException', { message: 'Too many tokens' }),
      { code: 'throttled', limit: 'tokens', awsName: 'ThrottlingException' },
    ],
    [
      'one that says more',
      exception('modelStreamErrorException', { message: 'It broke.', originalStatusCode: 529 }),
      { code: 'model_error', originalStatus: 529 },
    ],
    [
      'one that is not modelled',
      exception('teapotException', { message: 'I am one.' }),
      { code: 'internal', awsName: 'TeapotException', message: 'I am one.' },
    ],
    [
      'one without a word',
      exception('serviceUnavailableException', ''),
      { code: 'unavailable', message: expect.stringContaining('ServiceUnavailableException') },
    ],
    [
      'an error that is no exception',
      frame({ ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'It broke.' }, ''),
      { code: 'internal', awsName: 'InternalFailure', message: 'It broke.' },
    ],
    ['a message of no known type', frame({ ':message-type': 'rumour' }, {}), { code: 'malformed_reply' }],
    [
      'an event that is no JSON',
      frame({ ':message-type': 'event', ':event-type': 'messageStart' }, 'no JSON'),
      { code: 'malformed_reply' },
    ],
  ])('ends with %s, after what had come', async (_, last, expected) => {
    const { model } = answering(() =>
      stream(...some.map(eventFrame), last, eventFrame(some[1] as ConverseStreamEvent)),
    );
    const error = await failureOf(model.converseStream(question).response);
    expect(error).toMatchObject({ ...expected, status: 200, requestId: 'request-1', target: { id: 'granite-v1' } });
    expect(error.partial && textOf(error.partial)).toBe('Gra');
  });

  test.each<[string, () => Response, object]>([
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), { code: 'malformed_reply' }],
    ['a whole answer', () => Response.json(toJson(reply('Granite.'))), { code: 'malformed_reply' }],
    [
      'an error behind a 200',
      () => Response.json({ Output: { __type: 'x#ThrottlingException', message: 'Too many requests' } }),
      { code: 'throttled', limit: 'requests' },
    ],
    ['nothing', () => stream(), { code: 'stream_truncated' }],
  ])('is not made of %s', async (_, answer, expected) => {
    const { model } = answering(answer);
    expect(await failureOf(model.converseStream(question).response)).toMatchObject({ ...expected, status: 200 });
  });
});

test.each<[string, Partial<Target>]>([
  ['a model that streams nothing', { traits: { streaming: false } }],
  ['a model that streams nothing with tools', { traits: { tools: { streaming: false } } }],
])('plays the whole answer of %s as a stream, and says so', async (_, more) => {
  const answer = reply('Let me look.', toolCall('look', { at: 'it' }));
  const { model, sent } = answering(() => Response.json(toJson(answer)), { target: more });
  const toolConfig = { tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }] };
  const { output, stopReason, usage, warnings } = await model.converseStream({ ...question, toolConfig }).response;
  expect({ output, stopReason, usage }).toEqual({ output: answer.output, stopReason: 'tool_use', usage: answer.usage });
  expect(warnings?.map(({ code }) => code)).toEqual(['not_streamed']);
  expect(sent.map(({ path }) => path)).toEqual(['/model/granite-v1/converse']);
});

test('takes a reply that forgot its usage, its figures and why it stopped, and says so', async () => {
  const { output } = reply('Granite.');
  const { model } = answering(() => Response.json(toJson({ output } as ConverseResponse)));
  expect(await model.converse(question)).toEqual({
    output,
    stopReason: 'unknown',
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    metrics: { totalMs: expect.any(Number) },
    servedBy: { model: 'Granite', id: 'granite-v1', region: 'eu-west-1', route: 'in_region' },
    warnings: [{ code: 'usage_missing', message: expect.any(String) }],
  });
});

test('keeps fields and blocks that nobody knows, both ways', async () => {
  const hologram = { hologram: { hue: 1 } };
  const answer = { ...reply('Look:', hologram as never), mood: 'good' };
  const { model, sent } = answering(() => Response.json(toJson(answer)));
  const request = {
    messages: [{ role: 'user' as const, content: [{ text: 'Look!' }, hologram as never] }],
    mood: 'good',
  };
  expect(await model.converse(request)).toMatchObject({ output: answer.output, mood: 'good' });
  expect(sent[0]?.body).toEqual(request);
});

test('says what was repaired, in the reply and at once', async () => {
  const { model, sent } = answering(() => Response.json(toJson(reply('Granite.'))));
  const request = { messages: [{ role: 'user' as const, content: [{ text: ' ' }, { text: 'Which rock?' }] }] };
  const seen: string[] = [];
  const { warnings } = await model.converse(request, {
    onEvent: (event) => seen.push(event.type === 'warning' ? event.warning.code : event.type),
  });
  expect(warnings?.map(({ code }) => code)).toEqual(['blank_text']);
  expect(seen).toEqual(['blank_text', 'attempt']);
  expect(sent[0]?.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] });
});

test('sends nothing that no model takes', async () => {
  const { model, sent } = answering(() => expect.fail('Nobody should be asked.'));
  const request = { messages: [{ role: 'user' as const, content: 'Which rock?' as never }] };
  expect(await failureOf(model.converse(request))).toMatchObject({
    code: 'invalid_request',
    target: { id: 'granite-v1' },
  });
  expect(await failureOf(model.converseStream(request).response)).toMatchObject({ code: 'invalid_request' });
  expect(sent).toEqual([]);
});

describe('a legacy format', () => {
  const granite = createTextFormat({
    name: 'granite',
    specialTokens: /<\|\w+\|>/,
    prompt: (turns) => turns.map(({ text }) => text).join('\n'),
    settings: { maxTokens: 'max_tokens' },
    reply: { text: 'text', stopReason: 'stop' },
    stopReasons: { done: 'end_turn' },
  });
  const options = { formats: [granite], target: { api: 'invoke' as const, traits: { invokeFormat: 'granite' } } };

  test('is sent and read, its tokens out of the headers', async () => {
    const headers = { 'x-amzn-bedrock-input-token-count': '5', 'x-amzn-bedrock-output-token-count': '2' };
    const { model, sent } = answering(() => Response.json({ text: 'Granite.', stop: 'done' }, { headers }), options);
    const guardrailConfig = { guardrailIdentifier: 'g1', guardrailVersion: '1' };
    const reply = await model.converse({ ...question, guardrailConfig });
    expect(textOf(reply)).toBe('Granite.');
    expect(reply.usage).toEqual({ inputTokens: 5, outputTokens: 2, totalTokens: 7 });
    expect(sent).toMatchObject([
      {
        path: '/model/granite-v1/invoke',
        headers: { 'x-amzn-bedrock-guardrailidentifier': 'g1', 'x-amzn-bedrock-guardrailversion': '1' },
        body: { prompt: 'Which rock is this?' },
      },
    ]);
  });

  const chunk = (value: unknown) =>
    frame({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes: btoa(JSON.stringify(value)), p: 'abc' });

  test('is streamed', async () => {
    const metrics = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 2 } };
    const pieces = [{ text: 'Gra' }, { text: 'nite.' }, { text: '', stop: 'done', ...metrics }];
    const { model, sent } = answering(() => stream(...pieces.map(chunk)), options);
    const reply = await model.converseStream(question).response;
    expect(textOf(reply)).toBe('Granite.');
    expect(reply.usage).toEqual({ inputTokens: 5, outputTokens: 2, totalTokens: 7 });
    expect(sent[0]?.path).toBe('/model/granite-v1/invoke-with-response-stream');
  });

  test('is an error where it ends too early, and where it makes no sense', async () => {
    const cut = answering(() => stream(chunk({ text: 'Gra' })), options);
    expect((await failureOf(cut.model.converseStream(question).response)).code).toBe('stream_truncated');
    const odd = frame({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes: '%' });
    const broken = answering(() => stream(odd), options);
    expect(await failureOf(broken.model.converseStream(question).response)).toMatchObject({
      code: 'malformed_reply',
      requestId: 'request-1',
    });
  });

  test('that nobody knows is said to be unknown', async () => {
    const { model } = answering(() => expect.fail('Nobody should be asked.'), {
      target: { api: 'invoke', traits: { invokeFormat: 'marble' } },
    });
    expect(await failureOf(model.converse(question))).toMatchObject({
      code: 'unsupported_feature',
      feature: 'invoke_format',
    });
  });
});
