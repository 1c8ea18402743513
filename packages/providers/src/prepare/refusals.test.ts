import {
  type ContentBlock,
  type ConverseRequest,
  isConverseError,
  type Message,
  type ModelTraits,
} from '@outcrop/converse';
import { prepareRequest } from '@outcrop/providers';
import { expect, test } from 'vitest';

const user = (...content: ContentBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentBlock[]): Message => ({ role: 'assistant', content });
const text = (text: string) => ({ text });
const hi = user(text('Hi'));
const call = (toolUseId: string): ContentBlock => ({ toolUse: { toolUseId, name: 'look', input: {} } });
const result = (toolUseId: string): ContentBlock => ({ toolResult: { toolUseId, content: [{ text: 'Granite.' }] } });
const tools = [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }];
const bytes = Uint8Array.of(1);
const image = (length = 1): ContentBlock => ({ image: { format: 'png', source: { bytes: new Uint8Array(length) } } });
const document = (name: string, length = 1, format: 'pdf' | 'txt' = 'pdf'): ContentBlock => ({
  document: { format, name, source: { bytes: new Uint8Array(length) } },
});
const video: ContentBlock = { video: { format: 'mp4', source: { bytes } } };
const jsonSchema = (schema: string) => ({
  textFormat: { type: 'json_schema', structure: { jsonSchema: { schema } } } as const,
});
const thinking = { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } } };

function errorOf(request: unknown, traits: ModelTraits = {}) {
  try {
    prepareRequest(request as ConverseRequest, traits);
  } catch (error) {
    if (isConverseError(error)) return error;
    throw error;
  }
  return undefined;
}

test.each<[string, string, ModelTraits, ConverseRequest]>([
  ['toolConfig', 'toolConfig', { tools: { supported: false } }, { messages: [hi], toolConfig: { tools } }],
  [
    'toolConfig',
    'messages[1].content[0]',
    { tools: { supported: false } },
    { messages: [hi, assistant(call('a')), user(result('a'))] },
  ],
  [
    'toolChoice',
    'toolConfig.toolChoice',
    { tools: { choices: ['auto'] } },
    { messages: [hi], toolConfig: { tools, toolChoice: { any: {} } } },
  ],
  [
    'toolChoice',
    'toolConfig.toolChoice',
    { reasoning: { forcedTools: false } },
    { messages: [hi], toolConfig: { tools, toolChoice: { tool: { name: 'look' } } }, ...thinking },
  ],
  [
    'toolChoice',
    'toolConfig.toolChoice',
    { reasoning: { forcedTools: false, defaultOn: true } },
    { messages: [hi], toolConfig: { tools, toolChoice: { any: {} } } },
  ],
  [
    'textBesideResults',
    'messages[2].content[1]',
    { tools: { textBesideResults: false } },
    {
      messages: [hi, assistant(call('a')), user(result('a'), { guardContent: { text: { text: 'Hm' } } })],
      toolConfig: { tools },
    },
  ],
  ['system', 'system[0]', { systemPrompt: false }, { messages: [hi], system: [text('Be brief.')] }],
  [
    'systemTurns',
    'messages[1]',
    { systemTurns: false },
    { messages: [hi, { role: 'system', content: [text('Be brief.')] }] },
  ],
  ['history', 'messages[1]', { multiTurn: false }, { messages: [hi, assistant(text('Hello')), hi] }],
  ['prefill', 'messages[1]', { prefill: false }, { messages: [hi, assistant(text('Hello'))] }],
  [
    'prefill',
    'messages[1]',
    { prefill: true, reasoning: { ask: 'budget' } },
    { messages: [hi, assistant(text('Hello'))], ...thinking },
  ],
  ['image', 'messages[0].content[1]', { input: { image: false } }, { messages: [user(text('Hi'), image())] }],
  [
    'image',
    'messages[2].content[0].toolResult.content[0]',
    { input: { image: false } },
    {
      messages: [
        hi,
        assistant(call('a')),
        user({ toolResult: { toolUseId: 'a', content: [{ image: { format: 'png', source: { bytes } } }] } }),
      ],
      toolConfig: { tools },
    },
  ],
  [
    'document',
    'messages[0].content[1]',
    { input: { document: false } },
    { messages: [user(text('Hi'), document('a'))] },
  ],
  ['video', 'messages[0].content[1]', { input: { video: false } }, { messages: [user(text('Hi'), video)] }],
  [
    'audio',
    'messages[0].content[1]',
    { input: { audio: false } },
    { messages: [user(text('Hi'), { audio: { format: 'mp3', source: { bytes } } })] },
  ],
  [
    's3Location',
    'messages[0].content[1]',
    { input: { image: true, s3: false } },
    { messages: [user(text('Hi'), { image: { format: 'png', source: { s3Location: { uri: 's3://b/k' } } } })] },
  ],
  [
    'temperature',
    'inferenceConfig.temperature',
    { sampling: { temperature: false } },
    { messages: [hi], inferenceConfig: { temperature: 0 } },
  ],
  ['topP', 'inferenceConfig.topP', { sampling: { topP: false } }, { messages: [hi], inferenceConfig: { topP: 1 } }],
  [
    'topP',
    'inferenceConfig.topP',
    { sampling: { both: false } },
    { messages: [hi], inferenceConfig: { topP: 1, temperature: 0 } },
  ],
  [
    'temperature',
    'inferenceConfig.temperature',
    { reasoning: { ask: 'budget' } },
    { messages: [hi], inferenceConfig: { temperature: 0 }, ...thinking },
  ],
  [
    'topP',
    'inferenceConfig.topP',
    { reasoning: { ask: 'budget' } },
    { messages: [hi], inferenceConfig: { topP: 0.5 }, ...thinking },
  ],
  [
    'top_k',
    'additionalModelRequestFields.top_k',
    { sampling: { topK: false } },
    { messages: [hi], inferenceConfig: {}, additionalModelRequestFields: { top_k: 5 } },
  ],
  [
    'stopSequences',
    'inferenceConfig.stopSequences',
    { sampling: { stopSequences: false } },
    { messages: [hi], inferenceConfig: { stopSequences: ['###'] } },
  ],
  [
    'guardrailConfig',
    'guardrailConfig',
    { guardrails: false },
    { messages: [hi], guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
  ],
  ['serviceTier', 'serviceTier', { serviceTiers: ['default'] }, { messages: [hi], serviceTier: { type: 'flex' } }],
  [
    'effort',
    'outputConfig.effort',
    { reasoning: { efforts: ['low'] } },
    { messages: [hi], outputConfig: { effort: 'max' } },
  ],
  [
    'textFormat',
    'outputConfig.textFormat',
    {},
    { messages: [hi], outputConfig: { textFormat: { type: 'json_object' } as never } },
  ],
])('%s is refused at %s', (feature, path, traits, request) => {
  const error = errorOf(request, traits);
  expect(error).toMatchObject({ code: 'unsupported_feature', feature });
  expect(error?.message.startsWith(`${path}: `)).toBe(true);
  // Nobody knows that it does not work where the traits say nothing.
  if (Object.keys(traits).length > 0) expect(errorOf(request)).toBeUndefined();
});

test.each<[string, unknown]>([
  ['messages', { messages: 'Hi' }],
  ['messages[0]', { messages: [null] }],
  ['messages[0]', { messages: ['Hi'] }],
  ['messages[0].role', { messages: [{ content: [] }] }],
  ['messages[0].content', { messages: [{ role: 'user', content: 'Hi' }] }],
  ['messages[0].content[0]', { messages: [user({} as never)] }],
  ['messages[0].content[0]', { messages: [user(null as never)] }],
  ['messages[0].content[0]', { messages: [user({ text: 'Hi', image: image().image } as never)] }],
  ['messages[0].content[0].text', { messages: [user({ text: 1 } as never)] }],
  ['messages[0].content[0]', { messages: [user(call('a'))] }],
  ['messages[1].content[0]', { messages: [hi, assistant(result('a'))] }],
  ['messages[1].content[0]', { messages: [hi, assistant(image())] }],
  ['messages[1].content[0]', { messages: [hi, assistant(call('a'))], toolConfig: { tools } }],
  ['messages[1].content[0].toolUse.name', { messages: [hi, assistant({ toolUse: { toolUseId: 'a' } } as never)] }],
  ['messages[0].content[0].toolResult.content', { messages: [user({ toolResult: { toolUseId: 'a' } } as never)] }],
  ['messages[0]', { messages: [user(text(' '))] }],
  ['messages[2]', { messages: [hi, assistant(text('Hello')), user(text(' '))] }],
  ['messages[0]', { messages: [user(), assistant(text('Hello')), hi] }],
  ['messages[2]', { messages: [hi, assistant(text('Hello')), user(result('a'))], toolConfig: { tools } }],
  ['system', { messages: [hi], system: 'Be brief.' }],
  ['toolConfig.tools', { messages: [hi], toolConfig: {} }],
  ['toolConfig.tools[0].toolSpec.name', { messages: [hi], toolConfig: { tools: [{ toolSpec: {} }] } }],
  ['toolConfig.tools[1].toolSpec', { messages: [hi], toolConfig: { tools: [...tools, ...tools] } }],
  [
    'toolConfig.tools[0].toolSpec.inputSchema.json.type',
    { messages: [hi], toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: { type: 'array' } } } }] } },
  ],
  ['toolConfig.toolChoice', { messages: [hi], toolConfig: { tools: [], toolChoice: { any: {} } } }],
  ['toolConfig.toolChoice.tool.name', { messages: [hi], toolConfig: { tools, toolChoice: { tool: { name: 'dig' } } } }],
  ['inferenceConfig.maxTokens', { messages: [hi], inferenceConfig: { maxTokens: 0 } }],
  ['inferenceConfig.maxTokens', { messages: [hi], inferenceConfig: { maxTokens: 1.5 } }],
  ['inferenceConfig.temperature', { messages: [hi], inferenceConfig: { temperature: 2 } }],
  ['inferenceConfig.topP', { messages: [hi], inferenceConfig: { topP: Number.NaN } }],
  ['inferenceConfig.stopSequences', { messages: [hi], inferenceConfig: { stopSequences: '###' } }],
  ['inferenceConfig.stopSequences', { messages: [hi], inferenceConfig: { stopSequences: Array(2501).fill('#') } }],
  ['guardrailConfig', { messages: [hi], guardrailConfig: { guardrailIdentifier: 'g' } }],
  ['requestMetadata', { messages: [hi], requestMetadata: { rock: 'grän' } }],
  ['requestMetadata', { messages: [hi], requestMetadata: {} }],
  ['additionalModelResponseFieldPaths', { messages: [hi], additionalModelResponseFieldPaths: [''] }],
  ['outputConfig.textFormat.structure.jsonSchema.schema', { messages: [hi], outputConfig: jsonSchema('{') }],
  ['outputConfig.textFormat.structure.jsonSchema.schema', { messages: [hi], outputConfig: jsonSchema('[]') }],
])('what is wrong everywhere is found at %s: %#', (path, request) => {
  const error = errorOf(request);
  expect(error?.code).toBe('invalid_request');
  expect(error).toMatchObject({ problems: [{ path }] });
});

test('all problems are told at once, and before what only this model does not take', () => {
  const request = { messages: [hi], inferenceConfig: { temperature: 2, topP: 2, maxTokens: 0 } };
  const error = errorOf(request, { sampling: { temperature: false } });
  expect(error).toMatchObject({
    code: 'invalid_request',
    message:
      "The request can't be sent: inferenceConfig.maxTokens has to be a whole number from 1 on. inferenceConfig.temperature has to be from 0 to 1. inferenceConfig.topP has to be from 0 to 1.",
  });
});

test('a forgotten await is named', () => {
  expect(errorOf({ messages: [Promise.resolve(hi)] })).toMatchObject({
    problems: [{ path: 'messages[0]', message: 'is a Promise: an `await` is missing before it.' }],
  });
});

test('an error holds nothing of the prompt', () => {
  const error = errorOf({ messages: [user({ text: 'secret plan', image: 'secret' } as never), 'secret'] });
  expect(JSON.stringify(error)).not.toContain('secret');
});

const big = 3_750_000;
test.each<[string, ConverseRequest, object]>([
  [
    'Messages[0].content[21] is one image too many: 21, where 20 is the most.',
    { messages: [user(text('Hi'), ...Array.from({ length: 21 }, () => image()))] },
    { size: 21, limit: 20 },
  ],
  [
    'Messages[2].content[3] is one document too many: 6, where 5 is the most.',
    {
      messages: [
        user(text('Hi'), ...['a', 'b', 'c'].map((name) => document(name))),
        assistant(text('?')),
        user(text('Hi'), ...['d', 'e', 'f'].map((name) => document(name))),
      ],
    },
    { size: 6, limit: 5 },
  ],
  [
    'Messages[0].content[2] is one video too many: 2, where 1 is the most.',
    { messages: [user(text('Hi'), video, video)] },
    { size: 2, limit: 1 },
  ],
  [
    'Messages[0].content[1] is too large, in bytes: 3750001, where 3750000 is the most.',
    { messages: [user(text('Hi'), image(big + 1))] },
    { size: big + 1, limit: big },
  ],
  [
    'Messages[0].content[1] is too large, in bytes: 4500001, where 4500000 is the most.',
    { messages: [user(text('Hi'), document('a', 4_500_001, 'txt'))] },
    { size: 4_500_001, limit: 4_500_000 },
  ],
  [
    'The request, its files as base64, is too large, in bytes: 25000002, where 25000000 is the most.',
    { messages: [user(text('Hi'), ...Array.from({ length: 5 }, () => image(big)))] },
    { size: 25_000_002, limit: 25_000_000 },
  ],
])('%s', (message, request, figures) => {
  expect(errorOf(request)).toMatchObject({ code: 'too_large', message, ...figures });
});

test('what is as large as it may be passes', () => {
  const images = Array.from({ length: 4 }, () => image(big));
  const request = {
    messages: [user(text('Hi'), ...images, document('a', 2_000_000), ...Array.from({ length: 16 }, () => image()))],
  };
  expect(prepareRequest(request, {}).request).toBe(request);
});
