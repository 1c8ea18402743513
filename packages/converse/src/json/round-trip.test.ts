import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ContentBlock, ContentBlocks, Message } from '../content.ts';
import { ConverseError } from '../errors.ts';
import type { ContentBlockDelta, ConverseStreamEvent } from '../events.ts';
import type { OneOf } from '../one-of.ts';
import type { ConverseResponse } from '../reply.ts';
import type { ConverseRequest, Tool } from '../request.ts';
import {
  eventFromJson,
  messageFromJson,
  messagesFromJson,
  requestFromJson,
  responseFromJson,
  toJson,
} from './index.ts';

const text = fc.string({ maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 20 });
// `-0` is the one value that JSON text cannot tell from another.
const number = fc.integer();
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const maybe: { requiredKeys: never[] } = { requiredKeys: [] };

/** An object with one of those keys. */
function oneOf<T>(kinds: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<OneOf<T>> {
  const each = Object.entries<fc.Arbitrary<unknown>>(kinds).map(([key, kind]) =>
    kind.map((value) => ({ [key]: value })),
  );
  return fc.oneof(...each) as fc.Arbitrary<OneOf<T>>;
}

const s3Location = fc.record({ uri: text, bucketOwner: text }, { requiredKeys: ['uri'] });
const source = oneOf({ bytes, s3Location });
const error = fc.record({ message: text }, maybe);
const citations = fc.record({ enabled: fc.boolean() });
const image = fc.record({ format: fc.constant('png' as const), source, error }, { requiredKeys: ['format', 'source'] });
const audio = fc.record({ format: fc.constant('mp3' as const), source, error }, { requiredKeys: ['format', 'source'] });
const video = fc.record({ format: fc.constant('mp4' as const), source });
const texts = fc.array(fc.record({ text }), { maxLength: 3 });
const document = fc.record(
  {
    format: fc.constant('pdf' as const),
    name: text,
    source: oneOf({ bytes, s3Location, text, content: texts }),
    context: text,
    citations,
  },
  { requiredKeys: ['name', 'source'] },
);
const searchResult = fc.record(
  { source: text, title: text, content: texts, citations },
  { requiredKeys: ['source', 'title', 'content'] },
);
const span = fc.record({ documentIndex: number, start: number, end: number }, maybe);
const location = oneOf({
  web: fc.record({ url: text, domain: text }, maybe),
  documentChar: span,
  documentPage: span,
  documentChunk: span,
  searchResultLocation: fc.record({ searchResultIndex: number, start: number, end: number }, maybe),
});
const citation = fc.record({ title: text, source: text, sourceContent: texts, location }, maybe);
const toolChange = fc.record({ tool: fc.record({ type: text, name: text, serverName: text }, maybe) });
const cachePoint = fc.record(
  { type: fc.constant('default' as const), ttl: fc.constant('1h' as const) },
  { requiredKeys: ['type'] },
);
const guardContent = oneOf({
  text: fc.record({ text, qualifiers: fc.array(fc.constant('query' as const)) }, { requiredKeys: ['text'] }),
  image: fc.record({ format: fc.constant('png' as const), source: fc.record({ bytes }) }),
});

// A kind that is missing here does not compile.
const known: { [K in keyof ContentBlocks]: fc.Arbitrary<ContentBlocks[K]> } = {
  text,
  image,
  document,
  video,
  audio,
  toolUse: fc.record(
    { toolUseId: text, name: text, input: json, type: fc.constant('server_tool_use' as const) },
    { requiredKeys: ['toolUseId', 'name', 'input'] },
  ),
  toolResult: fc.record(
    {
      toolUseId: text,
      content: fc.array(oneOf({ json, text, image, document, video, searchResult }), { maxLength: 3 }),
      status: fc.constant('error' as const),
      type: text,
    },
    { requiredKeys: ['toolUseId', 'content'] },
  ),
  guardContent,
  cachePoint,
  reasoningContent: oneOf({
    reasoningText: fc.record({ text, signature: text }, { requiredKeys: ['text'] }),
    redactedContent: bytes,
  }),
  citationsContent: fc.record({ content: texts, citations: fc.array(citation, { maxLength: 2 }) }, maybe),
  searchResult,
  toolAddition: toolChange,
  toolRemoval: toolChange,
};
const block: fc.Arbitrary<ContentBlock> = oneOf({ ...known, hologram: json }) as fc.Arbitrary<ContentBlock>;

const anyMessage: fc.Arbitrary<Message> = fc.record({
  role: fc.constantFrom('user', 'assistant', 'system'),
  content: fc.array(block, { maxLength: 4 }),
});

const named = fc.record({ name: text });
const nothing = fc.constant({});
const tool: fc.Arbitrary<Tool> = oneOf({
  toolSpec: fc.record(
    { name: text, description: text, inputSchema: fc.record({ json }), strict: fc.boolean() },
    { requiredKeys: ['name', 'inputSchema'] },
  ),
  systemTool: named,
  cachePoint,
});
const performanceConfig = fc.record({ latency: fc.constant('optimized' as const) });
const serviceTier = fc.record({ type: fc.constant('flex' as const) });

const anyRequest = fc.record<ConverseRequest>(
  {
    messages: fc.array(anyMessage, { maxLength: 3 }),
    system: fc.array(oneOf({ text, guardContent, cachePoint }), { maxLength: 3 }),
    inferenceConfig: fc.record(
      { maxTokens: number, temperature: number, topP: number, stopSequences: fc.array(text) },
      maybe,
    ),
    toolConfig: fc.record(
      { tools: fc.array(tool, { maxLength: 3 }), toolChoice: oneOf({ auto: nothing, any: nothing, tool: named }) },
      { requiredKeys: ['tools'] },
    ),
    guardrailConfig: fc.record({ guardrailIdentifier: text, guardrailVersion: text }, maybe),
    outputConfig: fc.record(
      {
        textFormat: fc.record({
          type: fc.constant('json_schema' as const),
          structure: fc.record({ jsonSchema: fc.record({ schema: text, name: text }, { requiredKeys: ['schema'] }) }),
        }),
        effort: text,
      },
      maybe,
    ),
    additionalModelRequestFields: json,
    additionalModelResponseFieldPaths: fc.array(text),
    promptVariables: fc.dictionary(text.filter(isName), fc.record({ text })),
    requestMetadata: fc.dictionary(text.filter(isName), text),
    performanceConfig,
    serviceTier,
  },
  maybe,
) as fc.Arbitrary<ConverseRequest>;

function isName(key: string): boolean {
  return key !== '__proto__';
}

const usage = fc.record(
  {
    inputTokens: number,
    outputTokens: number,
    totalTokens: number,
    cacheReadInputTokens: number,
    cacheDetails: fc.array(fc.record({ ttl: fc.constant('5m' as const), inputTokens: number })),
  },
  { requiredKeys: ['inputTokens', 'outputTokens', 'totalTokens'] },
);
const metrics = fc.record({ latencyMs: number, totalMs: number }, maybe);
const target = fc.record({ model: text, id: text, region: text, route: text });
const own = {
  servedBy: target,
  attempts: fc.array(
    fc.record(
      {
        target,
        startedAt: number,
        durationMs: number,
        usage,
        error: fc.constant(new ConverseError('throttled', 'Wait.').toJson()),
      },
      { requiredKeys: ['target', 'startedAt', 'durationMs'] },
    ),
    { maxLength: 2 },
  ),
  warnings: fc.array(fc.record({ code: text, message: text, path: text }, { requiredKeys: ['code', 'message'] })),
  cost: fc.record({ usd: number, status: fc.constant('priced' as const) }),
  incomplete: fc.array(fc.record({ contentIndex: number, reason: fc.constant('cut' as const) })),
};

const delta: fc.Arbitrary<ContentBlockDelta> = oneOf({
  text,
  toolUse: fc.record({ input: text }),
  reasoningContent: oneOf({ text, signature: text, redactedContent: bytes }),
  citation,
  image: fc.record({ source, error }, maybe),
  toolResult: fc.array(oneOf({ text, json })),
});
const contentBlockIndex = fc.nat(9);
const anyEvent = oneOf({
  messageStart: fc.record({ role: fc.constant('assistant' as const) }),
  contentBlockStart: fc.record({
    contentBlockIndex,
    start: oneOf({
      toolUse: fc.record({ toolUseId: text, name: text }),
      toolResult: fc.record({ toolUseId: text, status: fc.constant('success' as const) }),
      image: fc.record({ format: fc.constant('png' as const) }),
    }),
  }),
  contentBlockDelta: fc.record({ contentBlockIndex, delta, p: text }),
  contentBlockStop: fc.record({ contentBlockIndex }),
  messageStop: fc.record({ stopReason: text, additionalModelResponseFields: json }, { requiredKeys: ['stopReason'] }),
  metadata: fc.record({ usage, metrics, trace: json, performanceConfig, serviceTier }, maybe),
  hologram: json,
}) as fc.Arbitrary<ConverseStreamEvent>;

const anyResponse = fc.record(
  {
    output: fc.record({ message: anyMessage }),
    stopReason: text,
    usage,
    metrics,
    additionalModelResponseFields: json,
    trace: json,
    performanceConfig,
    serviceTier,
    ...own,
    unknownEvents: fc.array(oneOf({ hologram: json }), { maxLength: 2 }),
    ownFieldOfTomorrow: json,
  },
  { requiredKeys: ['output', 'stopReason', 'usage', 'metrics'] },
) as fc.Arbitrary<unknown> as fc.Arbitrary<ConverseResponse>;

describe('the round trip', () => {
  test('is exact for messages of every kind of block, as text and as values', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const before = structuredClone(message);
        const json = toJson(message);
        expect(message).toEqual(before);
        expect(messageFromJson(json)).toEqual(message);
        expect(messageFromJson(JSON.stringify(json))).toEqual(message);
        expect(messagesFromJson(toJson([message]))).toEqual([message]);
      }),
    );
  });

  test('is exact for requests', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(requestFromJson(JSON.stringify(toJson(request)))).toEqual(request);
      }),
    );
  });

  test('is exact for replies, with what Outcrop adds to them', () => {
    fc.assert(
      fc.property(anyResponse, (response) => {
        expect(responseFromJson(JSON.stringify(toJson(response)))).toEqual(response);
      }),
    );
  });

  test('is exact for the events of a stream', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(eventFromJson(JSON.stringify(toJson(event)))).toEqual(event);
      }),
    );
  });

  test('gives a value or the typed error for a good request with one thing changed', () => {
    fc.assert(
      fc.property(anyRequest, fc.nat(), fc.anything(), (request, at, instead) => {
        let left = at % 60;
        const json = JSON.parse(JSON.stringify(toJson(request)), (_, value) => (left-- === 0 ? instead : value));
        try {
          requestFromJson(json);
        } catch (error) {
          expect(error).toBeInstanceOf(ConverseError);
        }
      }),
    );
  });
});
