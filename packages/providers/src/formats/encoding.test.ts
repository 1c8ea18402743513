import { type ContentBlock, type ConverseRequest, isConverseError, type ModelTraits } from '@outcrop/converse';
import { describe, expect, test } from 'vitest';
import { createFormats } from './create-formats.ts';

const target = { model: 'A model', id: 'a.model', region: 'eu-west-1', route: 'in_region' } as const;
const bytes = new Uint8Array([1, 2, 3]);
const image = { format: 'png', source: { bytes } } as const;
const inferenceConfig = { maxTokens: 100, temperature: 0.5, topP: 0.9 };
const schema = { type: 'object', properties: { city: { type: 'string', description: 'Where.' } }, required: ['city'] };
const toolConfig = {
  tools: [{ toolSpec: { name: 'weather', description: 'The weather.', inputSchema: { json: schema } } }],
};

const conversation: ConverseRequest = {
  system: [{ text: 'Be short.' }],
  messages: [
    { role: 'user', content: [{ text: 'Hello.' }] },
    { role: 'assistant', content: [{ text: 'Hi.' }] },
    { role: 'user', content: [{ text: 'Which rock' }, { text: 'is this?' }] },
  ],
  inferenceConfig,
};
const { system: _, ...withoutSystem } = conversation;
const prefilled: ConverseRequest = {
  messages: [
    { role: 'user', content: [{ text: 'Which rock?' }] },
    { role: 'assistant', content: [{ text: 'It is' }] },
  ],
};
const seen: ConverseRequest = { messages: [{ role: 'user', content: [{ image }, { text: 'Which rock?' }] }] };
const toolLoop: ConverseRequest = {
  messages: [
    { role: 'user', content: [{ text: 'Rain?' }] },
    {
      role: 'assistant',
      content: [{ text: 'Let me look.' }, { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Bergen' } } }],
    },
    { role: 'user', content: [{ toolResult: { toolUseId: 't1', content: [{ json: { rain: true } }] } }] },
  ],
  toolConfig,
};

function encode(format: string, request: ConverseRequest, traits: ModelTraits = {}) {
  return createFormats([])
    .find({ ...traits, invokeFormat: format }, target)
    .encode(request, { traits, stream: false });
}

type Golden = [format: string, what: string, request: ConverseRequest, body: unknown, traits?: ModelTraits];

const goldens: Golden[] = [
  [
    'claude_messages',
    'a conversation',
    conversation,
    {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      system: [{ type: 'text', text: 'Be short.' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hello.' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Which rock' },
            { type: 'text', text: 'is this?' },
          ],
        },
      ],
    },
  ],
  [
    'claude_messages',
    'the most tokens of the model where nobody says how many',
    prefilled,
    {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 64_000,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Which rock?' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'It is' }] },
      ],
    },
    { limits: { maxOutputTokens: 64_000 } },
  ],
  [
    'claude_messages',
    'every block that Claude knows, with cache points',
    {
      system: [{ text: 'Be short.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
      messages: [
        {
          role: 'user',
          content: [
            { image },
            {
              document: {
                name: 'Rocks',
                format: 'pdf',
                source: { bytes },
                context: 'Old.',
                citations: { enabled: true },
              },
            },
            { document: { name: 'Notes', format: 'md', source: { bytes: new TextEncoder().encode('# Ö') } } },
            { document: { name: 'Text', source: { text: 'Granite.' } } },
            { document: { name: 'Parts', source: { content: [{ text: 'One.' }, { text: 'Two.' }] } } },
            {
              searchResult: {
                source: 'https://rocks.example',
                title: 'Rocks',
                content: [{ text: 'Hard.' }],
                citations: { enabled: true },
              },
            },
            { text: 'Look.' },
            { cachePoint: { type: 'default' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
            { reasoningContent: { redactedContent: bytes } },
            {
              citationsContent: {
                content: [{ text: 'Hard.' }],
                citations: [
                  {
                    title: 'Text',
                    sourceContent: [{ text: 'Granite.' }],
                    location: { documentChar: { documentIndex: 2, start: 0, end: 8 } },
                  },
                ],
              },
            },
            { toolUse: { toolUseId: 's1', name: 'tool_search', input: {}, type: 'server_tool_use' } },
            {
              toolResult: {
                toolUseId: 's1',
                type: 'tool_search_tool_result',
                content: [{ json: { content: { found: [] } } }],
              },
            },
            { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Bergen' } } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              toolResult: {
                toolUseId: 't1',
                status: 'error',
                content: [{ text: 'No.' }, { json: { code: 5 } }, { image }],
              },
            },
            { container_upload: { file_id: 'f1' } } as unknown as ContentBlock,
          ],
        },
      ],
      toolConfig: {
        tools: [...toolConfig.tools, { cachePoint: { type: 'default' } }],
        toolChoice: { tool: { name: 'weather' } },
      },
      outputConfig: {
        effort: 'high',
        textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}' } } },
      },
      inferenceConfig: { maxTokens: 9000, stopSequences: ['###'] },
      guardrailConfig: { guardrailIdentifier: 'g1', guardrailVersion: '1', streamProcessingMode: 'async' },
      additionalModelRequestFields: {
        anthropic_beta: ['computer-use-2025-11-24'],
        thinking: { type: 'enabled', budget_tokens: 2000 },
        tools: [{ type: 'computer_20251124', name: 'computer' }],
        output_config: { effort: 'max' },
      },
    },
    {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 9000,
      stop_sequences: ['###'],
      system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AQID' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AQID' },
              title: 'Rocks',
              context: 'Old.',
              citations: { enabled: true },
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '# Ö' }, title: 'Notes' },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Granite.' }, title: 'Text' },
            {
              type: 'document',
              source: {
                type: 'content',
                content: [
                  { type: 'text', text: 'One.' },
                  { type: 'text', text: 'Two.' },
                ],
              },
              title: 'Parts',
            },
            {
              type: 'search_result',
              source: 'https://rocks.example',
              title: 'Rocks',
              content: [{ type: 'text', text: 'Hard.' }],
              citations: { enabled: true },
            },
            { type: 'text', text: 'Look.', cache_control: { type: 'ephemeral' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
            { type: 'redacted_thinking', data: 'AQID' },
            {
              type: 'text',
              text: 'Hard.',
              citations: [
                {
                  type: 'char_location',
                  cited_text: 'Granite.',
                  document_title: 'Text',
                  document_index: 2,
                  start_char_index: 0,
                  end_char_index: 8,
                },
              ],
            },
            { type: 'server_tool_use', id: 's1', name: 'tool_search', input: {} },
            { type: 'tool_search_tool_result', tool_use_id: 's1', content: { found: [] } },
            { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Bergen' } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't1',
              is_error: true,
              content: [
                { type: 'text', text: 'No.' },
                { type: 'text', text: '{"code":5}' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AQID' } },
              ],
            },
            { type: 'container_upload', file_id: 'f1' },
          ],
        },
      ],
      tools: [
        { name: 'weather', description: 'The weather.', input_schema: schema, cache_control: { type: 'ephemeral' } },
        { type: 'computer_20251124', name: 'computer' },
      ],
      tool_choice: { type: 'tool', name: 'weather' },
      output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } },
      anthropic_beta: ['computer-use-2025-11-24'],
      thinking: { type: 'enabled', budget_tokens: 2000 },
      'amazon-bedrock-guardrailConfig': { streamProcessingMode: 'ASYNCHRONOUS' },
    },
  ],
  [
    'claude_text',
    'a conversation',
    conversation,
    {
      prompt: 'Be short.\n\nHuman: Hello.\n\nAssistant: Hi.\n\nHuman: Which rock\n\nis this?\n\nAssistant:',
      max_tokens_to_sample: 100,
      temperature: 0.5,
      top_p: 0.9,
    },
  ],
  [
    'nova',
    'a conversation with an image and a cache point',
    {
      ...conversation,
      messages: [{ role: 'user', content: [{ image }, { text: 'Look.' }, { cachePoint: { type: 'default' } }] }],
      toolConfig: { ...toolConfig, toolChoice: { any: {} } },
      additionalModelRequestFields: { inferenceConfig: { topK: 20 } },
    },
    {
      schemaVersion: 'messages-v1',
      system: [{ text: 'Be short.' }],
      messages: [
        {
          role: 'user',
          content: [
            { image: { format: 'png', source: { bytes: 'AQID' } } },
            { text: 'Look.' },
            { cachePoint: { type: 'default' } },
          ],
        },
      ],
      inferenceConfig: { ...inferenceConfig, topK: 20 },
      toolConfig: { ...toolConfig, toolChoice: { any: {} } },
    },
  ],
  [
    'titan',
    'a conversation',
    withoutSystem,
    {
      inputText: 'User: Hello.\nBot: Hi.\nUser: Which rock\n\nis this?\nBot:',
      textGenerationConfig: { maxTokenCount: 100, temperature: 0.5, topP: 0.9 },
    },
  ],
  [
    'llama2',
    'a conversation',
    conversation,
    {
      prompt:
        '<s>[INST] <<SYS>>\nBe short.\n<</SYS>>\n\nHello. [/INST] Hi. </s><s>[INST] Which rock\n\nis this? [/INST]',
      max_gen_len: 100,
      temperature: 0.5,
      top_p: 0.9,
    },
  ],
  [
    'llama3',
    'a conversation',
    conversation,
    {
      prompt:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe short.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHi.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhich rock\n\nis this?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      max_gen_len: 100,
      temperature: 0.5,
      top_p: 0.9,
    },
  ],
  [
    'llama3',
    'an image, and as many tokens as the service gives',
    seen,
    {
      prompt:
        '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n<|image|>Which rock?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      max_gen_len: 2048,
      images: ['AQID'],
    },
    { limits: { maxOutputTokens: 8192 } },
  ],
  [
    'llama4',
    'a turn that the model goes on with',
    prefilled,
    {
      prompt:
        '<|begin_of_text|><|header_start|>user<|header_end|>\n\nWhich rock?<|eot|><|header_start|>assistant<|header_end|>\n\nIt is',
      max_gen_len: 2048,
    },
  ],
  [
    'llama3',
    'tools, a call and its result',
    toolLoop,
    {
      prompt: expect.stringMatching(
        /^<\|begin_of_text\|><\|start_header_id\|>system<\|end_header_id\|>\n\n[^|]*\{"type":"function","function":\{"name":"weather","description":"The weather.","parameters":\{[^|]*\}\}\}<\|eot_id\|><\|start_header_id\|>user<\|end_header_id\|>\n\nRain\?<\|eot_id\|><\|start_header_id\|>assistant<\|end_header_id\|>\n\nLet me look\.<\|python_tag\|>\{"name":"weather","parameters":\{"city":"Bergen"\}\}<\|eot_id\|><\|start_header_id\|>ipython<\|end_header_id\|>\n\n\{"rain":true\}<\|eot_id\|><\|start_header_id\|>assistant<\|end_header_id\|>\n\n$/,
      ),
      max_gen_len: 2048,
    },
  ],
  [
    'mistral_text',
    'a conversation',
    conversation,
    {
      prompt: '<s>[INST] Be short.\n\nHello. [/INST] Hi.</s>[INST] Which rock\n\nis this? [/INST]',
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
    },
  ],
  [
    'mistral_chat',
    'tools, a call and its result',
    { ...toolLoop, toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    {
      messages: [
        { role: 'user', content: 'Rain?' },
        {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [{ id: 't1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bergen"}' } }],
        },
        { role: 'tool', tool_call_id: 't1', content: '{"rain":true}' },
      ],
      max_tokens: 4096,
      tools: [{ type: 'function', function: { name: 'weather', description: 'The weather.', parameters: schema } }],
      tool_choice: 'any',
    },
    { limits: { maxOutputTokens: 4096 } },
  ],
  [
    'openai_chat',
    'a conversation with an image, a schema and an effort',
    {
      ...seen,
      system: [{ text: 'Be short.' }],
      inferenceConfig: { maxTokens: 100 },
      outputConfig: {
        effort: 'low',
        textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'rock', schema: '{"type":"object"}' } } },
      },
      toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'weather' } } },
    },
    {
      messages: [
        { role: 'system', content: 'Be short.' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
            { type: 'text', text: 'Which rock?' },
          ],
        },
      ],
      max_completion_tokens: 100,
      tools: [{ type: 'function', function: { name: 'weather', description: 'The weather.', parameters: schema } }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      response_format: { type: 'json_schema', json_schema: { name: 'rock', schema: { type: 'object' } } },
      reasoning_effort: 'low',
    },
    { family: 'gpt_oss' },
  ],
  [
    'jamba',
    'a conversation',
    conversation,
    {
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'Hello.' },
        { role: 'assistant', content: 'Hi.' },
        { role: 'user', content: 'Which rock\n\nis this?' },
      ],
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
    },
  ],
  [
    'deepseek_r1',
    'a conversation',
    conversation,
    {
      prompt:
        '<｜begin▁of▁sentence｜>Be short.<｜User｜>Hello.<｜Assistant｜>Hi.<｜end▁of▁sentence｜><｜User｜>Which rock\n\nis this?<｜Assistant｜><think>\n',
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
    },
  ],
  [
    'command',
    'one message',
    { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }], inferenceConfig },
    { prompt: 'Which rock?', max_tokens: 100, temperature: 0.5, p: 0.9 },
  ],
  [
    'command_r',
    'a conversation with a document',
    {
      ...conversation,
      messages: [
        ...(conversation.messages ?? []).slice(0, 2),
        {
          role: 'user',
          content: [{ document: { name: 'Rocks', source: { text: 'Granite is hard.' } } }, { text: 'Hard?' }],
        },
      ],
    },
    {
      message: 'Hard?',
      chat_history: [
        { role: 'USER', message: 'Hello.' },
        { role: 'CHATBOT', message: 'Hi.' },
      ],
      preamble: 'Be short.',
      max_tokens: 100,
      temperature: 0.5,
      p: 0.9,
      documents: [{ title: 'Rocks', snippet: 'Granite is hard.' }],
    },
  ],
  [
    'command_r',
    'a question that tools have answered',
    toolLoop,
    {
      message: 'Rain?',
      tool_results: [{ call: { name: 'weather', parameters: { city: 'Bergen' } }, outputs: [{ rain: true }] }],
      max_tokens: 4096,
      tools: [
        {
          name: 'weather',
          description: 'The weather.',
          parameter_definitions: { city: { type: 'str', description: 'Where.', required: true } },
        },
      ],
    },
  ],
  [
    'jurassic',
    'one message',
    { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }], inferenceConfig: { stopSequences: ['#'] } },
    { prompt: 'Which rock?', maxTokens: 8191, stopSequences: ['#'] },
  ],
];

describe('a request', () => {
  test.each(goldens)('is written for %s: %s', (format, _what, request, body, traits) => {
    const written = encode(format, request, traits).body;
    expect(written).toEqual(body);
    expect(JSON.parse(JSON.stringify(written))).toEqual(written);
  });

  test('is not changed', () => {
    const before = structuredClone(goldens.map(([, , request]) => request));
    for (const [format, , request, , traits] of goldens) encode(format, request, traits);
    expect(goldens.map(([, , request]) => request)).toEqual(before);
  });
});

const say = (block: unknown): ConverseRequest => ({
  messages: [{ role: 'user', content: [{ text: 'Look.' }, block as ContentBlock] }],
});
const document = { document: { name: 'Rocks', format: 'pdf', source: { bytes } } };
const s3 = { image: { format: 'png', source: { s3Location: { uri: 's3://b/k' } } } };
const choice = (toolChoice: unknown) => ({ ...toolLoop, toolConfig: { ...toolConfig, toolChoice } }) as ConverseRequest;
const textFormat = { type: 'json_schema', structure: { jsonSchema: { schema: '{}' } } } as const;

describe('what a body has no place for is refused', () => {
  test.each<[format: string, feature: string, where: string, request: ConverseRequest]>([
    ['titan', 'document', 'messages[0].content[1].document', say(document)],
    ['titan', 'image', 'messages[0].content[1].image', say({ image })],
    ['titan', 'system', 'system', conversation],
    ['titan', 'toolConfig', 'toolConfig', toolLoop],
    ['titan', 'textFormat', 'outputConfig.textFormat', { ...prefilled, outputConfig: { textFormat } }],
    [
      'llama3',
      'stopSequences',
      'inferenceConfig.stopSequences',
      { ...prefilled, inferenceConfig: { stopSequences: ['#'] } },
    ],
    ['llama3', 'toolChoice', 'toolConfig.toolChoice', choice({ any: {} })],
    ['llama4', 's3Location', 'messages[0].content[1].image.source.s3Location', say(s3)],
    ['llama2', 'toolConfig', 'toolConfig', toolLoop],
    ['mistral_text', 'audio', 'messages[0].content[1].audio', say({ audio: { format: 'mp3', source: { bytes } } })],
    ['mistral_text', 'system_turn', 'messages[0]', { messages: [{ role: 'system', content: [{ text: 'Now.' }] }] }],
    ['mistral_chat', 'toolChoice', 'toolConfig.toolChoice', choice({ tool: { name: 'weather' } })],
    ['mistral_chat', 'effort', 'outputConfig.effort', { ...prefilled, outputConfig: { effort: 'low' } }],
    ['openai_chat', 'document', 'messages[0].content[1].document', say(document)],
    [
      'openai_chat',
      'guardContent',
      'messages[0].content[1].guardContent',
      say({ guardContent: { text: { text: 'Hm.' } } }),
    ],
    ['claude_messages', 'video', 'messages[0].content[1].video', say({ video: { format: 'mp4', source: { bytes } } })],
    [
      'claude_messages',
      'guardContent',
      'system[0].guardContent',
      { system: [{ guardContent: { text: { text: 'Hm.' } } }] },
    ],
    ['claude_messages', 's3Location', 'messages[0].content[1].image.source.s3Location', say(s3)],
    [
      'claude_messages',
      'document',
      'messages[0].content[1].document',
      say({ document: { name: 'R', format: 'xlsx', source: { bytes } } }),
    ],
    ['nova', 'guardContent', 'messages[0].content[1].guardContent', say({ guardContent: { text: { text: 'Hm.' } } })],
    ['nova', 'system_turn', 'messages[0]', { messages: [{ role: 'system', content: [{ text: 'Now.' }] }] }],
    ['command', 'multi_turn', 'messages', prefilled],
    ['command_r', 'prefill', 'messages', prefilled],
    ['command_r', 'document', 'messages[0].content[1].document', say(document)],
    ['command_r', 'toolChoice', 'toolConfig.toolChoice', choice({ any: {} })],
    ['jurassic', 'promptVariables', 'promptVariables', { ...prefilled, promptVariables: {} }],
  ])('by %s: %s at %s', (format, feature, where, request) => {
    const error = refusal(() => encode(format, request));
    expect(error).toMatchObject({ code: 'unsupported_feature', feature });
    expect(error?.message).toContain(`${where}: the body format ${format}`);
  });

  test.each<[what: string, where: string, request: ConverseRequest]>([
    [
      'fields that are no object',
      'additionalModelRequestFields',
      { ...prefilled, additionalModelRequestFields: ['top_k'] },
    ],
    [
      'a schema that is no JSON',
      'outputConfig.textFormat.structure.jsonSchema.schema',
      {
        ...prefilled,
        outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: 'Secret: {' } } } },
      },
    ],
    [
      'a document without a format',
      'messages[0].content[1].document.format',
      say({ document: { name: 'R', source: { bytes } } }),
    ],
    ['what is not what its type says', '', { messages: [null] } as unknown as ConverseRequest],
  ])('by everybody: %s', (_what, path, request) => {
    const error = refusal(() => encode('claude_messages', request));
    expect(error).toMatchObject({ code: 'invalid_request', problems: [{ path }] });
    expect(error?.message).not.toContain('Secret');
  });

  test('by nobody whom the catalog does not know', () => {
    const formats = createFormats([]);
    expect(refusal(() => formats.find({ invokeFormat: 'granite' }, target))).toMatchObject({
      code: 'unsupported_feature',
      feature: 'invoke_format',
      target,
      message: expect.stringContaining('the body format granite is not known'),
    });
    expect(refusal(() => formats.find({}, target))?.message).toContain('nothing is known of the body that it takes');
  });
});

describe('what is left out is said', () => {
  const first: ContentBlock = { cachePoint: { type: 'default' } };
  const thought: ContentBlock = { reasoningContent: { reasoningText: { text: 'Hm.' } } };
  const cited: ContentBlock = {
    citationsContent: {
      content: [{ text: 'Hard.' }],
      citations: [{ location: { web: { url: 'https://r.example' } } }],
    },
  };

  test.each<[format: string, code: string, path: string, block: ContentBlock]>([
    ['claude_messages', 'cache_point_dropped', 'messages[0].content[0]', first],
    ['claude_messages', 'citations_dropped', 'messages[0].content[0].citationsContent.citations[0]', cited],
    [
      'nova',
      'cache_ttl_dropped',
      'messages[0].content[0].cachePoint.ttl',
      { cachePoint: { type: 'default', ttl: '1h' } },
    ],
    ['nova', 'citations_dropped', 'messages[0].content[0].citationsContent', cited],
    ['openai_chat', 'reasoning_dropped', 'messages[0].content[0].reasoningContent', thought],
    ['llama3', 'reasoning_dropped', 'messages[0].content[0].reasoningContent', thought],
    ['titan', 'citations_dropped', 'messages[0].content[0].citationsContent', cited],
  ])('by %s: %s at %s', (format, code, path, block) => {
    const { warnings } = encode(format, { messages: [{ role: 'user', content: [block, { text: 'Look.' }] }] });
    expect(warnings.filter((warning) => warning.code !== 'max_tokens_assumed')).toEqual([
      { code, path, message: expect.any(String) },
    ]);
  });

  test('also of tools and of the system prompt', () => {
    const { warnings, body } = encode('openai_chat', {
      system: [{ text: 'Be short.' }, first as never],
      messages: [],
      toolConfig: { tools: [...toolConfig.tools, first as never] },
    });
    expect(warnings.map(({ path }) => path)).toEqual(['system[1].cachePoint', 'toolConfig.tools[1].cachePoint']);
    expect(body).toMatchObject({ messages: [{ role: 'system', content: 'Be short.' }], tools: [{ type: 'function' }] });
  });

  test('and so is a number that nobody gave', () => {
    expect(encode('claude_messages', prefilled)).toMatchObject({
      body: { max_tokens: 4096 },
      warnings: [{ code: 'max_tokens_assumed', path: 'inferenceConfig.maxTokens' }],
    });
    expect(encode('claude_messages', prefilled, { limits: { maxOutputTokens: 64_000 } }).warnings).toEqual([]);
  });
});

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isConverseError(error)) return error;
    throw error;
  }
  return undefined;
}
