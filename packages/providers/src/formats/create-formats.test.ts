import {
  type ConverseErrorCode,
  type ConverseRequest,
  createFold,
  isConverseError,
  type ModelTraits,
  toolUsesOf,
} from '@outcrop/converse';
import { createTextFormat, type InvokeFormat } from '@outcrop/providers';
import { describe, expect, test } from 'vitest';
import { countsInHeaders } from './counts.ts';
import { builtInFormats, createFormats } from './create-formats.ts';
import { requestHeaders } from './request-headers.ts';

const target = { model: 'A model', id: 'a.model', region: 'eu-west-1', route: 'in_region' } as const;
const request: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] };
const tool = (name: string) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } });
const withTools: ConverseRequest = { ...request, toolConfig: { tools: [tool('weather'), tool('now')] } };

function find(name: string, extra: readonly InvokeFormat[] = []): InvokeFormat {
  return createFormats(extra).find({ invokeFormat: name }, target);
}

function stopOf(name: string, body: unknown): string {
  return find(name).decode(body, { request }).stopReason;
}

describe("the reason to stop is one of Converse's words", () => {
  const bodies: { [name: string]: (reason: string) => unknown } = {
    claude_messages: (stop_reason) => ({ content: [], stop_reason }),
    claude_text: (stop_reason) => ({ completion: '', stop_reason, stop: '###' }),
    nova: (stopReason) => ({ output: { message: { role: 'assistant', content: [] } }, stopReason }),
    titan: (completionReason) => ({ results: [{ outputText: '', completionReason }] }),
    llama3: (stop_reason) => ({ generation: '', stop_reason }),
    mistral_text: (stop_reason) => ({ outputs: [{ text: '', stop_reason }] }),
    openai_chat: (finish_reason) => ({ choices: [{ message: { content: '' }, finish_reason }] }),
    command: (finish_reason) => ({ generations: [{ text: '', finish_reason }] }),
    command_r: (finish_reason) => ({ text: '', finish_reason }),
    jurassic: (reason) => ({ completions: [{ data: { text: '' }, finishReason: { reason } }] }),
  };

  test.each(
    Object.entries({
      claude_messages: {
        end_turn: 'end_turn',
        max_tokens: 'max_tokens',
        stop_sequence: 'stop_sequence',
        tool_use: 'tool_use',
        refusal: 'content_filtered',
        pause_turn: 'end_turn',
        model_context_window_exceeded: 'model_context_window_exceeded',
      },
      claude_text: { stop_sequence: 'stop_sequence', max_tokens: 'max_tokens' },
      nova: {
        end_turn: 'end_turn',
        content_filtered: 'content_filtered',
        guardrail_intervened: 'guardrail_intervened',
      },
      titan: {
        FINISH: 'end_turn',
        FINISHED: 'end_turn',
        LENGTH: 'max_tokens',
        STOP_CRITERIA_MET: 'stop_sequence',
        CONTENT_FILTERED: 'content_filtered',
        RAG_QUERY_WHEN_RAG_DISABLED: 'content_filtered',
      },
      llama3: { stop: 'end_turn', length: 'max_tokens' },
      mistral_text: { stop: 'end_turn', length: 'max_tokens' },
      openai_chat: {
        stop: 'end_turn',
        length: 'max_tokens',
        model_length: 'model_context_window_exceeded',
        tool_calls: 'tool_use',
        content_filter: 'content_filtered',
      },
      command: { COMPLETE: 'end_turn', MAX_TOKENS: 'max_tokens', ERROR_TOXIC: 'content_filtered' },
      command_r: {
        COMPLETE: 'end_turn',
        MAX_TOKENS: 'max_tokens',
        ERROR_LIMIT: 'model_context_window_exceeded',
        ERROR_TOXIC: 'content_filtered',
      },
      jurassic: { endoftext: 'end_turn', length: 'max_tokens', stop: 'stop_sequence' },
    }).flatMap(([name, table]) => Object.entries(table).map(([native, ours]) => [name, native, ours] as const)),
  )('%s: %s is %s', (name, native, ours) => {
    expect(stopOf(name, bodies[name]?.(native))).toBe(ours);
  });

  test.each(Object.entries(bodies))('or it is handed on as it came from %s', (name, body) => {
    expect(stopOf(name, body('tired'))).toBe('tired');
    expect(stopOf(name, body('constructor'))).toBe('constructor');
  });

  test('unless a guardrail stepped in', () => {
    const body = {
      generation: 'Sorry.',
      stop_reason: 'stop',
      'amazon-bedrock-guardrailAction': 'INTERVENED',
      'amazon-bedrock-trace': { guardrail: { input: {} } },
    };
    expect(find('llama3').decode(body, { request })).toMatchObject({
      stopReason: 'guardrail_intervened',
      additionalModelResponseFields: { 'amazon-bedrock-trace': { guardrail: { input: {} } } },
    });
  });
});

describe('tokens are counted', () => {
  const body = { generation: 'Granite.', prompt_token_count: 12, stop_reason: 'stop' };
  const headers: { [name: string]: string } = {
    'x-amzn-bedrock-input-token-count': '900',
    'x-amzn-bedrock-output-token-count': '5',
    'x-amzn-bedrock-cache-read-input-token-count': '',
    'x-amzn-bedrock-invocation-latency': '321',
  };

  test('by the body first, and by the headers for what it does not say', () => {
    const counts = countsInHeaders((name) => headers[name]);
    expect(counts).toEqual({ inputTokens: 900, outputTokens: 5, latencyMs: 321 });
    const { usage, metrics } = find('llama3').decode(body, { request, counts });
    expect(usage).toEqual({ inputTokens: 12, outputTokens: 5, totalTokens: 17 });
    expect(metrics).toEqual({ latencyMs: 321 });
  });

  test('by nobody: then the reply says so', () => {
    expect(find('llama3').decode(body, { request })).toMatchObject({
      usage: { totalTokens: 0 },
      warnings: [{ code: 'usage_missing' }],
    });
  });

  test('never by what is no count', () => {
    expect(countsInHeaders(() => 'many')).toEqual({});
    const odd = { ...body, prompt_token_count: '12', generation_token_count: -1 };
    expect(find('llama3').decode(odd, { request }).warnings).toMatchObject([{ code: 'usage_missing' }]);
  });
});

describe('calls in text', () => {
  test.each<[what: string, text: string, calls: [name: string, input: unknown][]]>([
    ['one object', '{"name": "weather", "parameters": {"city": "Bergen"}}', [['weather', { city: 'Bergen' }]]],
    [
      'arguments under their other name',
      '{"name": "weather", "arguments": {"city": "}{"}}',
      [['weather', { city: '}{' }]],
    ],
    ['a function inside', '{"type": "function", "function": {"name": "now", "parameters": {}}}', [['now', {}]]],
    [
      'several objects',
      '{"name": "now"}; {"name": "weather", "parameters": {}}\n{"name": "now"}',
      [
        ['now', {}],
        ['weather', {}],
        ['now', {}],
      ],
    ],
    ['a list', '[{"name": "now", "parameters": {}}]', [['now', {}]]],
    ['a tag', '<function=weather>{"city": "Bergen"}</function>', [['weather', { city: 'Bergen' }]]],
    ['Python', "weather(city='It\\'s \\u00d8', at=(1, -2.5e1), how={'a': True, 'b': [None,]})", []],
    [
      'a list in Python',
      "[weather(city='It\\'s \\u00d8', at=(1, -2.5e1), how={'a': True, 'b': [None,]})]",
      [['weather', { city: "It's Ø", at: [1, -25], how: { a: true, b: [null] } }]],
    ],
    ['a tool that is not declared', '{"name": "delete_all", "parameters": {}}', []],
    ['a tool that is not declared, beside one that is', '[now(), delete_all()]', []],
    ['half an object', '{"name": "weather", "parameters": {"city": "Ber', []],
    ['input that is no object', '{"name": "weather", "parameters": "Bergen"}', []],
    ['words behind it', '{"name": "now", "parameters": {}} That is what I call.', []],
    ['more levels than anybody needs', `[weather(a=${'['.repeat(5000)}${']'.repeat(5000)})]`, []],
    ['JSON that is the answer', '{"rock": "granite"}', []],
  ])('%s', (_what, text, calls) => {
    const reply = find('llama3').decode({ generation: text, stop_reason: 'stop' }, { request: withTools });
    expect(toolUsesOf(reply).map(({ name, input }) => [name, input])).toEqual(calls);
    expect(reply.stopReason).toBe(calls.length > 0 ? 'tool_use' : 'end_turn');
    if (calls.length === 0) expect(reply.output.message.content).toEqual([{ text }]);
  });

  test('are words where no tool was declared', () => {
    const text = '{"name": "now", "parameters": {}}';
    expect(
      find('llama3').decode({ generation: text, stop_reason: 'stop' }, { request }).output.message.content,
    ).toEqual([{ text }]);
  });

  test('that the length cut off are never run', () => {
    const reply = find('llama3').decode(
      { generation: '{"name": "now"}', stop_reason: 'length' },
      { request: withTools },
    );
    expect(toolUsesOf(reply)).toEqual([]);
    expect(reply.stopReason).toBe('max_tokens');
  });

  test('get ids that no other call of the conversation has', () => {
    const history: ConverseRequest = {
      ...withTools,
      messages: [
        { role: 'user', content: [{ text: 'When?' }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_2', name: 'now', input: {} } }] },
        { role: 'user', content: [{ toolResult: { toolUseId: 'call_2', content: [{ text: 'Now.' }] } }] },
      ],
    };
    const reply = find('llama3').decode(
      { generation: '[now(), now(), now()]', stop_reason: 'stop' },
      { request: history },
    );
    const ids = toolUsesOf(reply).map(({ toolUseId }) => toolUseId);
    expect(new Set([...ids, 'call_2']).size).toBe(4);
  });
});

describe('calls in pieces', () => {
  const chunk = (tool_calls: unknown[]) => ({ choices: [{ delta: { tool_calls } }] });
  const end = { choices: [{ delta: {}, finish_reason: 'tool_calls' }] };
  const a = { id: 'a', function: { name: 'weather', arguments: '{"x":' } };
  const b = { id: 'b', function: { name: 'now', arguments: '{}' } };
  const rest = { function: { arguments: '1}' } };

  test.each<[what: string, chunks: unknown[]]>([
    ['by their numbers', [chunk([{ index: 0, ...a }]), chunk([{ index: 1, ...b }]), chunk([{ index: 0, ...rest }])]],
    ['by their ids', [chunk([a]), chunk([b]), chunk([{ id: 'a', ...rest }])]],
    ['one behind the other', [chunk([a]), chunk([rest]), chunk([b])]],
    [
      'all under one number',
      [chunk([{ index: 0, ...a }]), chunk([{ index: 0, id: '', ...rest }]), chunk([{ index: 0, ...b }])],
    ],
  ])('are put together %s', (_what, chunks) => {
    const stream = find('openai_chat').decodeStream({ request: withTools });
    const fold = createFold();
    for (const event of [...[...chunks, end].flatMap((piece) => stream.add(piece)), ...stream.end()]) fold.add(event);
    expect(fold.response && toolUsesOf(fold.response)).toEqual([
      { toolUseId: 'a', name: 'weather', input: { x: 1 } },
      { toolUseId: 'b', name: 'now', input: {} },
    ]);
  });
});

describe('a call that did not arrive whole', () => {
  test.each<[format: string, body: unknown]>([
    [
      'openai_chat',
      {
        choices: [
          {
            finish_reason: 'tool_calls',
            message: { tool_calls: [{ id: 't', function: { name: 'now', arguments: '{"a": ' } }] },
          },
        ],
      },
    ],
    [
      'openai_chat',
      {
        choices: [
          { finish_reason: 'tool_calls', message: { tool_calls: [{ id: 't', function: { arguments: '{}' } }] } },
        ],
      },
    ],
  ])('is kept by %s, and nobody runs it', (format, body) => {
    const reply = find(format).decode(body, { request: withTools });
    expect(reply.incomplete).toHaveLength(1);
    expect(toolUsesOf(reply)).toEqual([]);
  });
});

describe('an error instead of an answer', () => {
  test.each<[error: unknown, code: ConverseErrorCode]>([
    [{ type: 'overloaded_error', message: 'Overloaded' }, 'unavailable'],
    [{ type: 'rate_limit_error', message: 'Slow down' }, 'throttled'],
    [{ type: 'api_error', message: 'Oh' }, 'internal'],
    [{ type: 'timeout_error', message: 'Late' }, 'timeout'],
    [{ type: 'invalid_request_error', message: 'No' }, 'invalid_request'],
    [{ type: 'invalid_request_error', code: 'context_length_exceeded', message: 'Long' }, 'context_overflow'],
    [{ type: 'constructor', message: 'Odd' }, 'model_error'],
    ['It broke.', 'model_error'],
  ])('%j is %s, whole or in a stream', (error, code) => {
    for (const name of ['claude_messages', 'openai_chat', 'llama3', 'nova', 'command_r']) {
      const body = { type: 'error', error };
      const format = find(name);
      expect(errorOf(() => format.decode(body, { request }))).toMatchObject({ code });
      expect(errorOf(() => format.decodeStream({ request }).add(body))).toMatchObject({ code });
    }
  });
});

describe('what is not known yet', () => {
  test('stays in the reply of Claude', () => {
    const body = {
      content: [
        { type: 'hologram', light: 1 },
        { type: 'text', text: 'Look.' },
      ],
      stop_reason: 'end_turn',
      mood: 'good',
    };
    expect(find('claude_messages').decode(body, { request })).toMatchObject({
      output: { message: { content: [{ text: 'Look.' }] } },
      unknownEvents: [
        { contentBlockStart: { contentBlockIndex: 0, start: { hologram: { type: 'hologram', light: 1 } } } },
      ],
      warnings: [{ code: 'unknown_event' }, { code: 'usage_missing' }],
      additionalModelResponseFields: { mood: 'good' },
    });
  });

  test('is handed on in the stream of Claude', () => {
    const stream = find('claude_messages').decodeStream({ request });
    const swing = { type: 'mood_swing', mood: 'good' };
    expect(stream.add(swing)).toEqual([{ messageStart: { role: 'assistant' } }, swing]);
    expect(stream.end()).toEqual([]);
  });
});

describe('a format of your own', () => {
  const granite = createTextFormat({
    name: 'granite',
    specialTokens: /<\|\w+\|>/,
    prompt: (turns) =>
      `${turns.map(({ role, text }) => `<|role|>${role}<|end|>${text}`).join('')}<|role|>assistant<|end|>`,
    settings: { maxTokens: 'max_new_tokens' },
    maxTokens: 1024,
    reply: { text: 'output.0.words', stopReason: 'output.0.why', inputTokens: 'in', outputTokens: 'out' },
    stopReasons: { eos: 'end_turn' },
    reasoning: { open: '<t>', close: '</t>' },
  });

  test.each<[traits: ModelTraits, most: number]>([
    [{}, 1024],
    [{ limits: { maxOutputTokens: 512 } }, 512],
    [{ limits: { maxOutputTokens: 4096 } }, 1024],
  ])('writes and reads as it says, with %j', (traits, most) => {
    const format = find('granite', [granite]);
    const asked: ConverseRequest = {
      messages: [{ role: 'user', content: [{ text: 'A <|end|> of it' }] }],
      additionalModelRequestFields: { seed: 1 },
    };
    expect(format.encode(asked, { traits, stream: false })).toEqual({
      body: {
        prompt: '<|role|>user<|end|>A <\u2060|end|> of it<|role|>assistant<|end|>',
        max_new_tokens: most,
        seed: 1,
      },
      warnings: [{ code: 'special_token_neutralised', path: 'messages[0]', message: expect.any(String) }],
    });
    const reply = format.decode(
      { output: [{ words: '<t>Hm.</t> Granite.', why: 'eos' }], in: 3, out: 4 },
      { request: asked },
    );
    expect(reply).toEqual({
      output: {
        message: {
          role: 'assistant',
          content: [{ reasoningContent: { reasoningText: { text: 'Hm.' } } }, { text: 'Granite.' }],
        },
      },
      stopReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
      metrics: {},
    });
  });

  test('goes before one of the same name', () => {
    const mine = { ...granite, name: 'llama3' };
    expect(find('llama3', [mine]).encode(request, { traits: {}, stream: false }).body).toHaveProperty('max_new_tokens');
  });

  test('may stumble: the caller gets an error of ours, with the cause', () => {
    const broken = new TypeError('Cannot read properties of undefined');
    const fail = () => {
      throw broken;
    };
    const clumsy: InvokeFormat = {
      name: 'clumsy',
      encode: fail,
      decode: fail,
      decodeStream: () => ({ add: fail, end: fail }),
    };
    const format = find('clumsy', [clumsy]);
    const stream = format.decodeStream({ request });
    expect(errorOf(() => format.encode(request, { traits: {}, stream: false }))).toMatchObject({
      code: 'invalid_request',
      cause: broken,
    });
    for (const run of [() => format.decode({}, { request }), () => stream.add({}), () => stream.end()]) {
      expect(errorOf(run)).toMatchObject({ code: 'malformed_reply', cause: broken });
    }
  });
});

test.each(builtInFormats.map(({ name }) => name))('a stream of %s that brings nothing has no events', (name) => {
  expect(find(name).decodeStream({ request }).end()).toEqual([]);
});

test("a stream's events come as soon as they are certain", () => {
  const stream = find('llama3').decodeStream({ request: withTools });
  const texts = ['Gran', 'ite <|pyth', 'on is'].map((generation) => {
    const fold = createFold();
    for (const event of stream.add({ generation })) fold.add(event);
    return fold.partial.output.message.content;
  });
  expect(texts).toEqual([[{ text: 'Gran' }], [{ text: 'ite ' }], [{ text: '<|python is' }]]);
});

test('what Converse says in its request, InvokeModel says in its headers', () => {
  expect(requestHeaders({})).toEqual({});
  expect(
    requestHeaders({
      guardrailConfig: { guardrailIdentifier: 'g1', guardrailVersion: 'DRAFT', trace: 'enabled_full' },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      requestMetadata: { team: 'rocks' },
    }),
  ).toEqual({
    'x-amzn-bedrock-guardrailidentifier': 'g1',
    'x-amzn-bedrock-guardrailversion': 'DRAFT',
    'x-amzn-bedrock-trace': 'ENABLED_FULL',
    'x-amzn-bedrock-performanceconfig-latency': 'optimized',
    'x-amzn-bedrock-service-tier': 'flex',
    'x-amzn-bedrock-request-metadata': '{"team":"rocks"}',
  });
});

function errorOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isConverseError(error)) return error;
    throw error;
  }
  return undefined;
}
