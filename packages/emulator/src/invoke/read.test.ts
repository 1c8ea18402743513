import type { ConverseRequest } from '@outcrop/converse';
import { createEmulator } from '@outcrop/emulator';
import { anything, asyncProperty, assert as check, constantFrom, integer, string } from 'fast-check';
import { afterAll, expect, test } from 'vitest';

const emulator = await createEmulator();
afterAll(() => emulator.close());

const user = (text: string) => ({ role: 'user', content: [{ text }] });
const assistant = (text: string) => ({ role: 'assistant', content: [{ text }] });
const conversation = [user('Which rock?'), assistant('Granite.'), user('Sure?')];
const system = [{ text: 'Be short.' }];

const llama3 = 'meta.llama3-8b-instruct-v1:0';
const llama4 = 'us.meta.llama4-scout-17b-instruct-v1:0';
const titan = 'amazon.titan-text-lite-v1';
const mistral = 'mistral.mixtral-8x7b-instruct-v0:1';
const deepseek = 'us.deepseek.r1-v1:0';
const gptOss = 'openai.gpt-oss-20b-1:0';
const claude = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const version = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100 };

test.each<[string, string, object, object]>([
  [
    'Llama 3',
    llama3,
    {
      prompt:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe short.<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nWhich rock?<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\nGranite.<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nSure?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      max_gen_len: 9,
      temperature: 0.5,
      top_p: 0.9,
    },
    { messages: conversation, system, inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9 } },
  ],
  [
    'Llama 3 with a result of a tool and a beginning of the answer',
    llama3,
    {
      prompt:
        '<|begin_of_text|><|start_header_id|>ipython<|end_header_id|>\n\nRain.<|eot_id|>' +
        '<|start_header_id|>assistant<|end_header_id|>\n\nIt',
    },
    { messages: [user('Rain.'), assistant('It')] },
  ],
  ['Llama 3 without a template', llama3, { prompt: 'Which rock?' }, { messages: [user('Which rock?')] }],
  [
    'Llama 4',
    llama4,
    {
      prompt:
        '<|begin_of_text|><|header_start|>system<|header_end|>\n\nBe short.<|eot|>' +
        '<|header_start|>user<|header_end|>\n\nWhich rock?<|eot|><|header_start|>assistant<|header_end|>\n\nGranite.<|eot|>' +
        '<|header_start|>user<|header_end|>\n\nSure?<|eot|><|header_start|>assistant<|header_end|>\n\n',
    },
    { messages: conversation, system },
  ],
  [
    'Titan',
    titan,
    {
      inputText: 'User: Which rock?\nBot: Granite.\nUser: Sure?\nBot:',
      textGenerationConfig: { maxTokenCount: 9, stopSequences: ['User:'] },
    },
    { messages: conversation, inferenceConfig: { maxTokens: 9, stopSequences: ['User:'] } },
  ],
  ['Titan without turns', titan, { inputText: 'Which rock?' }, { messages: [user('Which rock?')] }],
  [
    'Mistral',
    mistral,
    { prompt: '<s>[INST] Which rock? [/INST] Granite.</s>[INST] Sure? [/INST]', top_k: 50, stop: ['.'] },
    {
      messages: conversation,
      inferenceConfig: { stopSequences: ['.'] },
      additionalModelRequestFields: { top_k: 50 },
    },
  ],
  [
    'DeepSeek R1',
    deepseek,
    {
      prompt:
        '<｜begin▁of▁sentence｜>Be short.<｜User｜>Which rock?<｜Assistant｜>Granite.<｜end▁of▁sentence｜>' +
        '<｜User｜>Sure?<｜Assistant｜><think>\n',
    },
    { messages: conversation, system },
  ],
  [
    'gpt-oss',
    gptOss,
    {
      messages: [
        { role: 'developer', content: 'Be short.' },
        { role: 'user', content: 'Which rock?' },
        { role: 'assistant', content: 'Granite.' },
        { role: 'user', content: 'Sure?' },
      ],
      max_completion_tokens: 9,
      stop: '.',
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'rock', schema: { type: 'object' } } },
    },
    {
      messages: conversation,
      system,
      inferenceConfig: { maxTokens: 9, stopSequences: ['.'] },
      additionalModelRequestFields: { reasoning_effort: 'low' },
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: '{"type":"object"}', name: 'rock' } },
        },
      },
    },
  ],
  [
    'Command R',
    'cohere.command-r-v1:0',
    {
      message: 'Sure?',
      preamble: 'Be short.',
      chat_history: [
        { role: 'USER', message: 'Which rock?' },
        { role: 'CHATBOT', message: 'Granite.' },
      ],
      k: 5,
      documents: [{ title: 'Notes', snippet: 'Hard.' }],
    },
    {
      system,
      messages: [
        ...conversation.slice(0, 2),
        { role: 'user', content: [{ text: 'Sure?' }, { document: { name: 'Notes', source: { text: 'Hard.' } } }] },
      ],
      additionalModelRequestFields: { k: 5 },
    },
  ],
  [
    'Nova',
    'us.amazon.nova-2-lite-v1:0',
    {
      system: [{ text: 'Be short.' }, { cachePoint: { type: 'default' } }],
      messages: conversation,
      inferenceConfig: { max_new_tokens: 9, top_k: 5 },
      reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
    },
    {
      system: [{ text: 'Be short.' }, { cachePoint: { type: 'default' } }],
      messages: conversation,
      inferenceConfig: { maxTokens: 9 },
      additionalModelRequestFields: {
        inferenceConfig: { topK: 5 },
        reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
      },
    },
  ],
  [
    'Claude',
    claude,
    {
      ...version,
      anthropic_beta: ['interleaved-thinking-2025-05-14'],
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      thinking: { type: 'enabled', budget_tokens: 2048 },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
      top_k: 5,
      tools: [
        { name: 'find', description: 'Finds.', input_schema: { type: 'object' }, strict: true },
        { type: 'computer_20250124', name: 'computer', display_width_px: 9 },
      ],
      tool_choice: { type: 'tool', name: 'find' },
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' },
              title: 'report.pdf',
              citations: { enabled: true },
            },
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'Hard.' },
              title: 'report.pdf',
            },
            { type: 'search_result', source: 'https://a.example', title: 'A', content: [{ type: 'text', text: 'B' }] },
            { type: 'text', text: 'Which rock?', cache_control: { type: 'ephemeral' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
            { type: 'redacted_thinking', data: 'AAAA' },
            { type: 'tool_use', id: 'toolu_1', name: 'find', input: { a: [1] } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'No.', is_error: true },
            { type: 'text', text: 'Sure?' },
          ],
        },
      ],
    },
    {
      system: [{ text: 'Be short.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      inferenceConfig: { maxTokens: 100 },
      toolConfig: {
        tools: [
          {
            toolSpec: { name: 'find', description: 'Finds.', inputSchema: { json: { type: 'object' } }, strict: true },
          },
        ],
        toolChoice: { tool: { name: 'find' } },
      },
      outputConfig: {
        effort: 'low',
        textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}' } } },
      },
      additionalModelRequestFields: {
        top_k: 5,
        thinking: { type: 'enabled', budget_tokens: 2048 },
        anthropic_beta: ['interleaved-thinking-2025-05-14'],
        tools: [{ type: 'computer_20250124', name: 'computer', display_width_px: 9 }],
      },
      messages: [
        {
          role: 'user',
          content: [
            {
              document: {
                name: 'report',
                format: 'pdf',
                source: { bytes: new Uint8Array(3) },
                citations: { enabled: true },
              },
            },
            { document: { name: 'report (2)', format: 'txt', source: { text: 'Hard.' } } },
            { searchResult: { source: 'https://a.example', title: 'A', content: [{ text: 'B' }] } },
            { text: 'Which rock?' },
            { cachePoint: { type: 'default' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
            { reasoningContent: { redactedContent: new Uint8Array(3) } },
            { toolUse: { toolUseId: 'toolu_1', name: 'find', input: { a: [1] } } },
          ],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'toolu_1', content: [{ text: 'No.' }], status: 'error' } },
            { text: 'Sure?' },
          ],
        },
      ],
    },
  ],
])('reads %s as what Converse would have been asked', async (_, modelId, body, request) => {
  const { status, message } = await invoke(modelId, body);
  expect([status, message]).toEqual([200, undefined]);
  const asked = emulator.requests.at(-1)?.request as ConverseRequest;
  const { inferenceConfig = {}, ...rest } = asked;
  const isEmpty = Object.values(inferenceConfig).every((value) => value === undefined);
  expect(isEmpty ? rest : { inferenceConfig, ...rest }).toEqual(request);
});

const malformed = (what: string) => `Malformed input request: ${what}, please reformat your input and try again.`;
const hello = [{ role: 'user', content: 'Hi' }];

test.each<[string, object, string]>([
  [llama3, {}, malformed('#: required key [prompt] not found')],
  [llama3, { prompt: 'Hi', max_gen_len: 0 }, malformed('#/max_gen_len: 0 is not greater or equal to 1')],
  [llama3, { prompt: 'Hi', top_p: 2 }, malformed('#/top_p: 2 is not less or equal to 1')],
  [llama3, { prompt: ['Hi'] }, malformed('#/prompt: expected type: String, found: JSONArray')],
  [llama3, [], malformed('#: expected type: JSONObject, found: JSONArray')],
  [
    titan,
    { inputText: 'Hi', textGenerationConfig: { stopSequences: ['Observation'] } },
    malformed('#/textGenerationConfig/stopSequences/0: string [Observation] does not match pattern ^(\\|+|User:)$'),
  ],
  [
    mistral,
    { prompt: 'Hi', stop: Array(11).fill('.') },
    malformed('#/stop: expected maximum item count: 10, found: 11'),
  ],
  [gptOss, { messages: [] }, malformed('#/messages: expected minimum item count: 1, found: 0')],
  [
    gptOss,
    { messages: [{ role: 'rock', content: '' }] },
    malformed('#/messages/0/role: rock is not a valid enum value'),
  ],
  [
    'amazon.nova-lite-v1:0',
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
    malformed('#/messages/0/content/0: extraneous key [type] is not permitted'),
  ],
  [claude, { max_tokens: 9, messages: hello }, 'anthropic_version: Field required'],
  [claude, { ...version, anthropic_version: 'v1', messages: hello }, 'Invalid API version: v1'],
  [claude, { ...version, anthropic_version: '2026-10-21', messages: hello }, 'Invalid API version: 2026-10-21'],
  [claude, { anthropic_version: 'bedrock-2023-05-31', messages: hello }, 'max_tokens: Field required'],
  [claude, { ...version, messages: hello, model: 'x' }, 'model: Extra inputs are not permitted'],
  [claude, { ...version, messages: [] }, 'messages: at least one message is required'],
  [
    claude,
    { ...version, messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
    'messages: text content blocks must be non-empty',
  ],
  [
    claude,
    { ...version, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64' } }] }] },
    'messages.0.content.0.image.source.base64.media_type: Field required',
  ],
  [
    claude,
    { ...version, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] }] },
    "messages.0.content.0.image.source: Input tag 'url' found using 'type' does not match any of the expected tags: 'base64'",
  ],
  [claude, { ...version, messages: hello, tools: [{ name: 'a' }] }, 'tools.0.custom.input_schema: Field required'],
  [
    claude,
    { ...version, messages: hello, thinking: { type: 'enabled', budget_tokens: 9 } },
    'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ],
  [
    'amazon.titan-embed-text-v2:0',
    { inputText: 'Hi' },
    'This emulator has no InvokeModel for amazon.titan-embed-text-v2:0.',
  ],
])('refuses, as %s, %j', async (modelId, body, message) => {
  expect(await invoke(modelId, body)).toEqual({ status: 400, message });
});

test.each(['', '{', '[1', `{"prompt":${'['.repeat(5_000)}${']'.repeat(5_000)}}`])(
  'refuses what is no JSON, or too deep: %.20s',
  async (text) => {
    expect(await invokeText(llama3, text)).toEqual({
      status: 400,
      message: 'Malformed input request, please reformat your input and try again.',
    });
  },
);

test.each<[string, string, (data: string) => object]>([
  ['Llama 4', llama4, (data) => ({ prompt: 'Hi', images: [data] })],
  [
    'chat completions',
    gptOss,
    (data) => ({
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }] },
      ],
    }),
  ],
])('takes a picture of many megabytes from %s, and none that is no base64', async (_, modelId, bodyOf) => {
  expect((await invoke(modelId, bodyOf(Buffer.alloc(15_000_000).toString('base64')))).status).toBe(200);
  for (const data of ['AAA', 'AA=A', 'AA A', '====', 'AA-_']) {
    expect((await invoke(modelId, bodyOf(data))).message).toContain('does not match pattern');
  }
});

// Bodies that are nearly right: one place in them is something else.
const bodies: [string, object][] = [
  [llama4, { prompt: '<|header_start|>user<|header_end|>\n\n<|image|>Hi<|eot|>', images: ['AAAA'], temperature: 0 }],
  [titan, { inputText: 'User: Hi\nBot:', textGenerationConfig: { stopSequences: ['|'] } }],
  [mistral, { prompt: '[INST] Hi [/INST] Yes. [INST] Hi', stop: ['.'] }],
  [deepseek, { prompt: '<｜User｜>Hi<｜Assistant｜>', stop: ['.'] }],
  ['cohere.command-r-v1:0', { message: 'Hi', tools: [{ name: 'a', parameter_definitions: { b: { type: 'str' } } }] }],
  [
    'cohere.command-r-v1:0',
    { message: 'Hi', tool_results: [{ call: { name: 'a', parameters: {} }, outputs: [{}] }], documents: [{}] },
  ],
  [
    gptOss,
    {
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'a', function: { name: 'b', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'a', content: 'c' },
      ],
      tools: [{ type: 'function', function: { name: 'b', parameters: { type: 'object' } } }],
      response_format: { type: 'json_object' },
    },
  ],
  [
    claude,
    {
      ...version,
      messages: [
        { role: 'user', content: [{ type: 'document', source: { type: 'content', content: 'a' }, title: 'b' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'b', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'c' }] }] },
      ],
      tools: [{ name: 'b', input_schema: { type: 'object' } }],
      tool_choice: { type: 'any' },
    },
  ],
  [
    'amazon.nova-lite-v1:0',
    {
      messages: [{ role: 'user', content: [{ text: 'Hi' }, { image: { format: 'png', source: { bytes: 'AAAA' } } }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: {} } } }], toolChoice: { auto: {} } },
    },
  ],
  ['arn:aws:bedrock:us-east-1:123456789012:imported-model/a', { messages: [{ role: 'user', content: 'Hi' }] }],
];

test('never fails on a body, whatever it holds', async () => {
  const property = asyncProperty(constantFrom(...bodies), integer({ min: 0 }), anything(), string(), (...args) => {
    const [[modelId, body], place, value, key] = args;
    return expectAnswer(modelId, JSON.stringify(changed(body, place, value, key)) ?? '');
  });
  await check(property);
});

async function expectAnswer(modelId: string, text: string): Promise<void> {
  expect([200, 400]).toContain((await invokeText(modelId, text)).status);
}

/** The value with one place of it replaced, or with one key more. */
function changed(root: object, place: number, value: unknown, key: string): unknown {
  const copy = structuredClone(root) as Record<string, unknown>;
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const walk = (holder: Record<string, unknown>) => {
    for (const [name, inside] of Object.entries(holder)) {
      places.push([holder, name]);
      if (typeof inside === 'object' && inside !== null) {
        if (!Array.isArray(inside)) places.push([inside as Record<string, unknown>, key]);
        walk(inside as Record<string, unknown>);
      }
    }
  };
  walk(copy);
  const [holder, name] = places[place % places.length] ?? [copy, key];
  holder[name] = value;
  return copy;
}

function invoke(modelId: string, body: object): Promise<{ status: number; message: string | undefined }> {
  return invokeText(modelId, JSON.stringify(body));
}

async function invokeText(modelId: string, body: string): Promise<{ status: number; message: string | undefined }> {
  const url = `${emulator.url}/model/${encodeURIComponent(modelId)}/invoke`;
  const response = await fetch(url, { method: 'POST', body });
  const reply = (await response.json()) as { message?: string };
  return { status: response.status, message: response.status === 200 ? undefined : reply.message };
}
