import {
  type BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { eventsOf } from '@outcrop/converse/testing';
import { type Answer, bedrockError, createEmulator, type Emulator, fault } from '@outcrop/emulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, transports } from './clients.ts';

// biome-ignore lint/suspicious/noExplicitAny: these are bodies of eleven kinds, and reading the wrong one fails the test.
type Json = any;

/** One family: how it is asked, and where its answers stand. */
type Family = {
  modelId: string;
  ask: (text: string, more?: object) => object;
  /** The key of the most tokens, in `more`. */
  maxTokens?: object;
  text: (body: Json) => string;
  stop: (body: Json) => string;
  usage?: (body: Json) => [input: number, output: number];
  piece: (chunk: Json) => string;
  stopInStream: (chunks: Json[]) => string;
  ends: [end: string, length: string];
  /** What stands before its text. */
  before?: string;
};

const said = (text: string, { before = '' }: Family) => `${before}You said: "${text}".`;

const chat = (text: string, more: object = {}) => ({ messages: [{ role: 'user', content: text }], ...more });
const openaiLike = {
  ask: chat,
  maxTokens: { max_tokens: 3 },
  text: (body: Json) => body.choices[0].message.content,
  stop: (body: Json) => body.choices[0].finish_reason,
  piece: (chunk: Json) => chunk.choices[0].delta.content ?? '',
  stopInStream: (chunks: Json[]) => chunks.at(-1).choices[0].finish_reason,
  ends: ['stop', 'length'] as [string, string],
};

const openaiUsage = (body: Json): [number, number] => [body.usage.prompt_tokens, body.usage.completion_tokens];

const families: Record<string, Family> = {
  'Claude Messages': {
    modelId: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    ask: (text, more) => ({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, ...chat(text), ...more }),
    maxTokens: { max_tokens: 3 },
    text: (body) => body.content[0].text,
    stop: (body) => body.stop_reason,
    usage: (body) => [body.usage.input_tokens, body.usage.output_tokens],
    piece: (chunk) => chunk.delta?.text ?? '',
    stopInStream: (chunks) => chunks.find((chunk) => chunk.type === 'message_delta').delta.stop_reason,
    ends: ['end_turn', 'max_tokens'],
  },
  'Llama 3': {
    modelId: 'us.meta.llama3-3-70b-instruct-v1:0',
    ask: (text, more) => ({
      prompt: `<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n${text}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n`,
      ...more,
    }),
    maxTokens: { max_gen_len: 3 },
    text: (body) => body.generation,
    stop: (body) => body.stop_reason,
    usage: (body) => [body.prompt_token_count, body.generation_token_count],
    piece: (chunk) => chunk.generation,
    stopInStream: (chunks) => chunks.at(-1).stop_reason,
    ends: ['stop', 'length'],
  },
  'Llama 4': {
    modelId: 'us.meta.llama4-scout-17b-instruct-v1:0',
    ask: (text, more) => ({
      prompt: `<|begin_of_text|><|header_start|>user<|header_end|>\n\n${text}<|eot|><|header_start|>assistant<|header_end|>\n\n`,
      ...more,
    }),
    maxTokens: { max_gen_len: 3 },
    text: (body) => body.generation,
    stop: (body) => body.stop_reason,
    usage: (body) => [body.prompt_token_count, body.generation_token_count],
    piece: (chunk) => chunk.generation,
    stopInStream: (chunks) => chunks.at(-1).stop_reason,
    ends: ['stop', 'length'],
  },
  'Titan Text': {
    modelId: 'amazon.titan-text-express-v1',
    ask: (text, more = {}) => ({ inputText: `User: ${text}\nBot:`, textGenerationConfig: { temperature: 0, ...more } }),
    maxTokens: { maxTokenCount: 3 },
    text: (body) => body.results[0].outputText,
    stop: (body) => body.results[0].completionReason,
    usage: (body) => [body.inputTextTokenCount, body.results[0].tokenCount],
    piece: (chunk) => chunk.outputText,
    stopInStream: (chunks) => chunks.at(-1).completionReason,
    ends: ['FINISH', 'LENGTH'],
  },
  Nova: {
    modelId: 'amazon.nova-lite-v1:0',
    ask: (text, more) => ({
      schemaVersion: 'messages-v1',
      messages: [{ role: 'user', content: [{ text }] }],
      inferenceConfig: { topK: 20, ...more },
    }),
    maxTokens: { maxTokens: 3 },
    text: (body) => body.output.message.content[0].text,
    stop: (body) => body.stopReason,
    usage: (body) => [body.usage.inputTokens, body.usage.outputTokens],
    piece: (chunk) => chunk.contentBlockDelta?.delta.text ?? '',
    stopInStream: (chunks) => chunks.find((chunk) => chunk.messageStop).messageStop.stopReason,
    ends: ['end_turn', 'max_tokens'],
  },
  'Mistral text': {
    modelId: 'mistral.mistral-7b-instruct-v0:2',
    ask: (text, more) => ({ prompt: `<s>[INST] ${text} [/INST]`, ...more }),
    maxTokens: { max_tokens: 3 },
    text: (body) => body.outputs[0].text,
    stop: (body) => body.outputs[0].stop_reason,
    piece: (chunk) => chunk.outputs[0].text,
    stopInStream: (chunks) => chunks.at(-1).outputs[0].stop_reason,
    ends: ['stop', 'length'],
  },
  'Mistral chat': {
    ...openaiLike,
    modelId: 'us.mistral.pixtral-large-2502-v1:0',
    stop: (body) => body.choices[0].stop_reason,

    piece: (chunk) => chunk.choices[0].message.content ?? '',
    stopInStream: (chunks) => chunks.at(-1).choices[0].stop_reason,
  },
  'Command R': {
    modelId: 'cohere.command-r-v1:0',
    ask: (text, more) => ({ message: text, ...more }),
    maxTokens: { max_tokens: 3 },
    text: (body) => body.text,
    stop: (body) => body.finish_reason,
    piece: (chunk) => (chunk.event_type === 'text-generation' ? chunk.text : ''),
    stopInStream: (chunks) => chunks.at(-1).finish_reason,
    ends: ['COMPLETE', 'MAX_TOKENS'],
  },
  Jamba: { ...openaiLike, usage: openaiUsage, modelId: 'ai21.jamba-1-5-large-v1:0' },
  'DeepSeek R1': {
    modelId: 'us.deepseek.r1-v1:0',
    ask: (text, more) => ({ prompt: `<｜begin▁of▁sentence｜><｜User｜>${text}<｜Assistant｜><think>\n`, ...more }),
    maxTokens: { max_tokens: 3 },
    text: (body) => body.choices[0].text,
    stop: (body) => body.choices[0].stop_reason,
    piece: (chunk) => chunk.choices[0].text,
    stopInStream: (chunks) => chunks.at(-1).choices[0].stop_reason,
    ends: ['stop', 'length'],
    // Its prompt has begun to think.
    before: '\n</think>\n\n',
  },
  'gpt-oss': {
    ...openaiLike,
    usage: openaiUsage,
    modelId: 'openai.gpt-oss-20b-1:0',
    maxTokens: { max_completion_tokens: 3 },
  },
  'newer open weights': { ...openaiLike, usage: openaiUsage, modelId: 'qwen.qwen3-32b-v1:0' },
};

const region = 'us-east-1';
const table = Object.entries(families);
const tokenCounts = { 'input-token-count': '3', 'output-token-count': '6' };

describe.each(transports)('the AWS SDK over %s', (_, config) => {
  let emulator: Emulator;
  let client: BedrockRuntimeClient;

  beforeAll(async () => {
    emulator = await createEmulator();
    client = createClient(emulator.url, { ...config, region });
  });
  afterAll(() => emulator.close());

  async function invoke(modelId: string, body: object): Promise<Json> {
    const reply = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
    return JSON.parse(reply.body.transformToString());
  }

  async function stream(modelId: string, body: object): Promise<Json[]> {
    const chunks: Json[] = [];
    for await (const chunk of streamed(modelId, body)) chunks.push(chunk);
    return chunks;
  }

  async function* streamed(modelId: string, body: object): AsyncGenerator<Json> {
    const command = new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(body) });
    const { body: events = [] } = await client.send(command);
    for await (const { chunk } of events) yield JSON.parse(Buffer.from(chunk?.bytes ?? []).toString());
  }

  test.each(table)('asks %s', async (_, family) => {
    const body = await invoke(family.modelId, family.ask('Which rock?'));
    expect([family.text(body), family.stop(body)]).toEqual([said('Which rock?', family), family.ends[0]]);
    if (family.usage) expect(family.usage(body)).toEqual([3, 6]);
    const { operation, modelId, request, body: raw } = emulator.requests.at(-1) ?? {};
    expect({ operation, modelId, messages: request?.messages, raw }).toEqual({
      operation: 'InvokeModel',
      modelId: family.modelId,
      messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }],
      raw: family.ask('Which rock?'),
    });
  });

  test.each(table)('streams %s', async (_, family) => {
    const chunks = await stream(family.modelId, family.ask('Which rock?'));
    expect(chunks.map(family.piece).join('')).toBe(said('Which rock?', family));
    expect(chunks.map(family.piece).filter((piece) => piece !== '').length).toBeGreaterThan(1);
    expect(family.stopInStream(chunks)).toBe(family.ends[0]);
    const metrics = 'amazon-bedrock-invocationMetrics';
    expect(chunks.map((chunk) => chunk[metrics]).slice(0, -1)).toEqual(chunks.slice(1).map(() => undefined));
    expect(chunks.at(-1)[metrics]).toEqual({
      inputTokenCount: 3,
      outputTokenCount: 6,
      invocationLatency: expect.any(Number),
      firstByteLatency: expect.any(Number),
    });
  });

  test.each(table)('is cut short by %s', async (_, family) => {
    const asked = family.ask('Which rock?', family.maxTokens);
    const body = await invoke(family.modelId, asked);
    expect([family.text(body), family.stop(body)]).toEqual([`${family.before ?? ''}You said: "W`, family.ends[1]]);
    expect(family.stopInStream(await stream(family.modelId, asked))).toBe(family.ends[1]);
  });

  test.each(table)('is refused by %s what it does not know', async (name, family) => {
    const refused = invoke(family.modelId, { ...family.ask('Which rock?'), granite: 1 });
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
      message:
        name === 'Claude Messages'
          ? 'granite: Extra inputs are not permitted'
          : 'Malformed input request: #: extraneous key [granite] is not permitted, please reformat your input and try again.',
    });
  });

  test('reads the token counts in the headers of a reply', async () => {
    const headers: Record<string, string> = {};
    const command = new InvokeModelCommand({ modelId: 'amazon.nova-lite-v1:0', body: JSON.stringify(novaBody) });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        Object.assign(headers, (result.response as { headers: object }).headers);
        return result;
      },
      { step: 'deserialize' },
    );
    await client.send(command);
    for (const [name, count] of Object.entries(tokenCounts)) expect(headers[`x-amzn-bedrock-${name}`]).toBe(count);
    expect(headers['x-amzn-bedrock-invocation-latency']).toMatch(/^\d+$/);
  });

  test('says in headers what Converse says in its body', async () => {
    await client.send(
      new InvokeModelCommand({
        modelId: 'amazon.nova-lite-v1:0',
        body: JSON.stringify(novaBody),
        accept: 'application/json',
        performanceConfigLatency: 'optimized',
        serviceTier: 'flex',
        guardrailIdentifier: 'gr1',
        guardrailVersion: '1',
        trace: 'ENABLED',
      }),
    );
    expect(emulator.requests.at(-1)?.request).toMatchObject({
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      guardrailConfig: { guardrailIdentifier: 'gr1', guardrailVersion: '1', trace: 'enabled' },
    });
  });

  const half = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);

  test.each<[string, Answer, chunks: number, end: RegExp]>([
    ['ends cleanly before its message does', half, 5, /^no error$/],
    ['is throttled in the middle', [...half, bedrockError('ThrottlingException')], 5, /^ThrottlingException: Too many/],
    ['times out at its first frame', [bedrockError('ModelTimeoutException')], 0, /^ModelTimeoutException: /],
    ['ends in half a frame', [...half, fault('half_frame')], 5, /Truncated event message/],
    ['holds a wrong checksum', [...half, fault('bad_crc')], 5, /message checksum/],
    ['is refused before it begins', bedrockError('ModelNotReadyException'), 0, /^ModelNotReadyException: /],
  ])('sees a stream that %s', async (_, answer, count, end) => {
    emulator.when().reply(answer);
    const { modelId, ask } = families['Claude Messages'] as Family;
    let seen = 0;
    const ended = (async () => {
      for await (const _ of streamed(modelId, ask('Which rock?'))) seen += 1;
      return 'no error';
    })().catch((error: Error) => `${error.name}: ${error.message}`);
    expect(await ended).toMatch(end);
    // One more than events: the start of a block of text is a chunk of Claude's own.
    expect(seen).toBe(count);
  });

  test('asks by an ARN that says nothing, in the body that fits', async () => {
    const modelId = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/granite123';
    for (const [, family] of table) {
      if (family.modelId.startsWith('us.mistral.pixtral') || family.modelId.startsWith('ai21')) continue;
      const body = await invoke(modelId, family.ask('Which rock?'));
      expect(family.text(body)).toBe(said('Which rock?', family));
    }
  });
});

const novaBody = (families['Nova'] as Family).ask('Which rock?');
