import { type ConverseRequest, type ConverseResponse, createFold, toolUsesOf } from '@outcrop/converse';
import { describe, expect, test } from 'vitest';
import { createFormats } from './create-formats.ts';
import type { InvokeCounts, InvokeFormat } from './format.ts';

const target = { model: 'A model', id: 'a.model', region: 'eu-west-1', route: 'in_region' } as const;
const request: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }] };
const weather = { toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } };
const withTools: ConverseRequest = {
  ...request,
  toolConfig: { tools: [weather, { toolSpec: { ...weather.toolSpec, name: 'now' } }] },
};

function find(name: string): InvokeFormat {
  return createFormats([]).find({ invokeFormat: name }, target);
}

function streamed(name: string, chunks: readonly unknown[], asked = request, counts?: InvokeCounts) {
  const stream = find(name).decodeStream({ request: asked, counts });
  const fold = createFold();
  for (const chunk of chunks) for (const event of stream.add(chunk)) fold.add(event);
  for (const event of stream.end()) fold.add(event);
  return { reply: fold.response, partial: fold.partial };
}

type Golden = {
  what: string;
  format: string;
  body: unknown;
  /** The same reply as a stream. */
  chunks?: unknown[];
  reply: Partial<ConverseResponse> & { content: ConverseResponse['output']['message']['content'] };
  request?: ConverseRequest;
  counts?: InvokeCounts;
};

const counts: InvokeCounts = { inputTokens: 12, outputTokens: 5, latencyMs: 321 };
const metrics = {
  'amazon-bedrock-invocationMetrics': {
    inputTokenCount: 12,
    outputTokenCount: 5,
    invocationLatency: 321,
    firstByteLatency: 40,
  },
};
const usage = { inputTokens: 12, outputTokens: 5, totalTokens: 17 };
const counted = { usage, metrics: { latencyMs: 321 } };

const claudeHead = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-4-5' };
const call = { toolUseId: 'toolu_1', name: 'weather', input: { city: 'Bergen' } };

const goldens: Golden[] = [
  {
    what: 'text with the usage of its body',
    format: 'claude_messages',
    body: {
      ...claudeHead,
      content: [{ type: 'text', text: 'Granite.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 12,
        output_tokens: 5,
        cache_creation_input_tokens: 700,
        cache_read_input_tokens: 4000,
        cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 500 },
      },
    },
    chunks: [
      {
        type: 'message_start',
        message: {
          ...claudeHead,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 12,
            output_tokens: 1,
            cache_creation_input_tokens: 700,
            cache_read_input_tokens: 4000,
            cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 500 },
          },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Gran' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ite.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop', ...metrics },
    ],
    reply: {
      content: [{ text: 'Granite.' }],
      stopReason: 'end_turn',
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        totalTokens: 4717,
        cacheReadInputTokens: 4000,
        cacheWriteInputTokens: 700,
        cacheDetails: [
          { ttl: '1h', inputTokens: 500 },
          { ttl: '5m', inputTokens: 200 },
        ],
      },
      metrics: { latencyMs: 321 },
    },
    counts,
  },
  {
    what: 'thoughts, hidden thoughts and a call',
    format: 'claude_messages',
    request: withTools,
    body: {
      ...claudeHead,
      content: [
        { type: 'thinking', thinking: 'Rain, most likely.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'AQID' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bergen' } },
        { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 12, output_tokens: 5 },
    },
    chunks: [
      {
        type: 'message_start',
        message: { ...claudeHead, content: [], stop_reason: null, usage: { input_tokens: 12, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Rain, ' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'most likely.' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'AQID' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Let me look.' } },
      { type: 'content_block_stop', index: 2 },
      {
        type: 'content_block_start',
        index: 3,
        content_block: { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} },
      },
      {
        type: 'content_block_start',
        index: 4,
        content_block: { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
      },
      { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '' } },
      { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '{"city": "Be' } },
      { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: 'rgen"}' } },
      { type: 'content_block_stop', index: 4 },
      { type: 'content_block_stop', index: 3 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ],
    reply: {
      content: [
        { reasoningContent: { reasoningText: { text: 'Rain, most likely.', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: new Uint8Array([1, 2, 3]) } },
        { text: 'Let me look.' },
        { toolUse: call },
        { toolUse: { toolUseId: 'toolu_2', name: 'now', input: {} } },
      ],
      stopReason: 'tool_use',
      usage,
    },
  },
  {
    what: 'sources',
    format: 'claude_messages',
    body: {
      ...claudeHead,
      content: [
        { type: 'text', text: 'It says: ' },
        {
          type: 'text',
          text: 'granite',
          citations: [
            {
              type: 'char_location',
              cited_text: 'Granite is igneous.',
              document_index: 0,
              document_title: 'Rocks',
              start_char_index: 0,
              end_char_index: 19,
            },
            {
              type: 'page_location',
              cited_text: 'Granite',
              document_index: 1,
              document_title: null,
              start_page_number: 2,
              end_page_number: 3,
            },
            {
              type: 'search_result_location',
              cited_text: 'hard',
              search_result_index: 0,
              source: 'https://rocks.example',
              title: 'Hard',
              start_block_index: 0,
              end_block_index: 1,
            },
          ],
        },
      ],
      stop_reason: 'stop_sequence',
      stop_sequence: '###',
      usage: { input_tokens: 12, output_tokens: 5 },
    },
    request: { ...request, additionalModelResponseFieldPaths: ['/stop_sequence', '/nothing'] },
    reply: {
      content: [
        { text: 'It says: ' },
        {
          citationsContent: {
            content: [{ text: 'granite' }],
            citations: [
              {
                title: 'Rocks',
                sourceContent: [{ text: 'Granite is igneous.' }],
                location: { documentChar: { documentIndex: 0, start: 0, end: 19 } },
              },
              {
                sourceContent: [{ text: 'Granite' }],
                location: { documentPage: { documentIndex: 1, start: 2, end: 3 } },
              },
              {
                title: 'Hard',
                source: 'https://rocks.example',
                sourceContent: [{ text: 'hard' }],
                location: { searchResultLocation: { searchResultIndex: 0, start: 0, end: 1 } },
              },
            ],
          },
        },
      ],
      stopReason: 'stop_sequence',
      additionalModelResponseFields: { stop_sequence: '###' },
      usage,
    },
  },
  {
    what: "a provider's own tool, and a turn that goes on",
    format: 'claude_messages',
    body: {
      ...claudeHead,
      content: [
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'tool_search_tool_regex', input: { pattern: 'rock' } },
        {
          type: 'tool_search_tool_result',
          tool_use_id: 'srvtoolu_1',
          content: { type: 'tool_search_tool_search_result', tool_references: [] },
        },
      ],
      stop_reason: 'pause_turn',
      usage: { input_tokens: 12, output_tokens: 5 },
      container: { id: 'c_1', expires_at: 'soon' },
    },
    reply: {
      content: [
        {
          toolUse: {
            toolUseId: 'srvtoolu_1',
            name: 'tool_search_tool_regex',
            input: { pattern: 'rock' },
            type: 'server_tool_use',
          },
        },
        {
          toolResult: {
            toolUseId: 'srvtoolu_1',
            type: 'tool_search_tool_result',
            content: [{ json: { content: { type: 'tool_search_tool_search_result', tool_references: [] } } }],
          },
        },
      ],
      stopReason: 'end_turn',
      additionalModelResponseFields: { stop_reason: 'pause_turn', container: { id: 'c_1', expires_at: 'soon' } },
      usage,
    },
  },
  {
    what: 'a refusal',
    format: 'claude_messages',
    body: {
      ...claudeHead,
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: 'cyber', explanation: null },
      usage: { input_tokens: 12, output_tokens: 5 },
    },
    chunks: [
      {
        type: 'message_start',
        message: {
          ...claudeHead,
          content: [],
          stop_reason: null,
          stop_details: null,
          usage: { input_tokens: 12, output_tokens: 1 },
        },
      },
      {
        type: 'message_delta',
        delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: null } },
        usage: { output_tokens: 5 },
      },
      { type: 'message_stop' },
    ],
    reply: {
      content: [],
      stopReason: 'content_filtered',
      additionalModelResponseFields: {
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: 'cyber', explanation: null },
      },
      usage,
    },
  },
  {
    what: 'a text that stops by itself',
    format: 'claude_text',
    body: { completion: ' Granite.', stop_reason: 'stop_sequence', stop: '\n\nHuman:' },
    chunks: [
      { completion: ' Gran', stop_reason: null, stop: null },
      { completion: 'ite.', stop_reason: 'stop_sequence', stop: '\n\nHuman:', ...metrics },
    ],
    counts,
    reply: { content: [{ text: ' Granite.' }], stopReason: 'end_turn', ...counted },
  },
  {
    what: "a text that the caller's own sequence stops",
    format: 'claude_text',
    body: { completion: ' Gran', stop_reason: 'stop_sequence', stop: '###' },
    counts,
    reply: { content: [{ text: ' Gran' }], stopReason: 'stop_sequence', ...counted },
  },
  {
    what: 'a text',
    format: 'nova',
    body: {
      output: { message: { role: 'assistant', content: [{ text: 'Granite.' }] } },
      stopReason: 'end_turn',
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        totalTokens: 17,
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokenCount: 0,
      },
    },
    chunks: [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Gran' } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'ite.' } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      {
        metadata: {
          usage: { inputTokens: 12, outputTokens: 5, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
          metrics: {},
          trace: {},
        },
        ...metrics,
      },
    ],
    counts,
    reply: {
      content: [{ text: 'Granite.' }],
      stopReason: 'end_turn',
      usage: { ...usage, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
      metrics: { latencyMs: 321 },
    },
  },
  {
    what: 'a call',
    format: 'nova',
    body: {
      output: {
        message: {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'toolu_1', name: 'weather', input: { city: 'Bergen' } } }],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
    },
    chunks: [
      { messageStart: { role: 'assistant' } },
      { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'toolu_1', name: 'weather' } } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '{"city":"Bergen"}' } } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: { usage: { inputTokens: 12, outputTokens: 5 } } },
    ],
    reply: { content: [{ toolUse: call }], stopReason: 'tool_use', usage },
  },
  {
    what: 'a text',
    format: 'titan',
    body: {
      inputTextTokenCount: 12,
      results: [{ tokenCount: 5, outputText: ' Granite.', completionReason: 'FINISH' }],
    },
    chunks: [
      {
        index: 0,
        inputTextTokenCount: 12,
        totalOutputTextTokenCount: null,
        outputText: ' Gran',
        completionReason: null,
      },
      {
        index: 0,
        inputTextTokenCount: null,
        totalOutputTextTokenCount: 5,
        outputText: 'ite.',
        completionReason: 'FINISH',
      },
    ],
    reply: { content: [{ text: ' Granite.' }], stopReason: 'end_turn', usage },
  },
  ...['llama2', 'llama3', 'llama4'].map((format) => ({
    what: 'a text',
    format,
    body: { generation: 'Granite.', prompt_token_count: 12, generation_token_count: 5, stop_reason: 'stop' },
    chunks: [
      { generation: 'Gran', prompt_token_count: 12, generation_token_count: 2, stop_reason: null },
      { generation: 'ite.', prompt_token_count: null, generation_token_count: 5, stop_reason: null },
      { generation: '', prompt_token_count: null, generation_token_count: 5, stop_reason: 'stop' },
    ],
    reply: { content: [{ text: 'Granite.' }], stopReason: 'end_turn', usage },
  })),
  {
    what: 'a call in JSON',
    format: 'llama3',
    request: withTools,
    body: {
      generation: '<|python_tag|>{"type": "function", "name": "weather", "parameters": {"city": "Bergen"}}',
      stop_reason: 'stop',
    },
    counts,
    reply: { content: [{ toolUse: { ...call, toolUseId: 'call_1' } }], stopReason: 'tool_use', ...counted },
  },
  {
    what: 'two calls in Python',
    format: 'llama4',
    request: withTools,
    body: { generation: '[weather(city="Bergen", days=[1, 2.5, None]), now()]', stop_reason: 'stop' },
    counts,
    reply: {
      content: [
        { toolUse: { toolUseId: 'call_1', name: 'weather', input: { city: 'Bergen', days: [1, 2.5, null] } } },
        { toolUse: { toolUseId: 'call_2', name: 'now', input: {} } },
      ],
      stopReason: 'tool_use',
      ...counted,
    },
  },
  {
    what: 'a text',
    format: 'mistral_text',
    body: { outputs: [{ text: ' Granite.', stop_reason: 'stop' }] },
    chunks: [
      { outputs: [{ text: ' Gran', stop_reason: null }] },
      { outputs: [{ text: 'ite.', stop_reason: 'stop' }], ...metrics },
    ],
    counts,
    reply: { content: [{ text: ' Granite.' }], stopReason: 'end_turn', ...counted },
  },
  {
    what: 'a text and a call',
    format: 'mistral_chat',
    request: withTools,
    body: {
      id: '1',
      object: 'chat.completion',
      created: 1,
      model: 'mistral-large-2407',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Let me look.',
            tool_calls: [
              { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city": "Bergen"}' } },
            ],
          },
          stop_reason: 'tool_calls',
        },
      ],
    },
    chunks: [
      { choices: [{ index: 0, message: { role: 'assistant', content: 'Let me ' }, stop_reason: null }] },
      { choices: [{ index: 0, message: { content: 'look.' }, stop_reason: null }] },
      {
        choices: [
          {
            index: 0,
            message: {
              content: '',
              tool_calls: [{ id: 'toolu_1', function: { name: 'weather', arguments: '{"city": "Bergen"}' } }],
            },
            stop_reason: 'tool_calls',
          },
        ],
        ...metrics,
      },
    ],
    counts,
    reply: { content: [{ text: 'Let me look.' }, { toolUse: call }], stopReason: 'tool_use', ...counted },
  },
  {
    what: 'thoughts in tags, and calls in pieces',
    format: 'openai_chat',
    request: withTools,
    body: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'openai.gpt-oss-120b-1:0',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: '<reasoning>Rain.</reasoning>\nLet me look.',
            refusal: null,
            tool_calls: [
              { id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bergen"}' } },
              { id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '' } },
            ],
          },
        },
      ],
      usage: {
        prompt_tokens: 112,
        completion_tokens: 5,
        total_tokens: 117,
        prompt_tokens_details: { cached_tokens: 100 },
      },
    },
    chunks: [
      { id: 'chatcmpl-1', choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
      { choices: [{ index: 0, delta: { content: '<reas' } }] },
      { choices: [{ index: 0, delta: { content: 'oning>Rain.</reasoning' } }] },
      { choices: [{ index: 0, delta: { content: '>\nLet me look.' } }] },
      {
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 0, id: 'toolu_1', function: { name: 'weather', arguments: '{"ci' } }] },
          },
        ],
      },
      {
        choices: [
          { index: 0, delta: { tool_calls: [{ index: 1, id: 'toolu_2', function: { name: 'now', arguments: '' } }] } },
        ],
      },
      { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: 'ty":"Bergen"}' } }] } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
      {
        choices: [],
        usage: { prompt_tokens: 112, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 100 } },
      },
      '[DONE]',
    ],
    reply: {
      content: [
        { reasoningContent: { reasoningText: { text: 'Rain.' } } },
        { text: 'Let me look.' },
        { toolUse: call },
        { toolUse: { toolUseId: 'toolu_2', name: 'now', input: {} } },
      ],
      stopReason: 'tool_use',
      usage: { inputTokens: 12, outputTokens: 5, totalTokens: 117, cacheReadInputTokens: 100 },
    },
  },
  {
    what: 'thoughts in a field of their own',
    format: 'openai_chat',
    body: {
      choices: [{ finish_reason: 'length', message: { role: 'assistant', reasoning_content: 'Hm.', content: 'Gran' } }],
      usage: { prompt_tokens: 12, completion_tokens: 5 },
      moderation: { flagged: false },
    },
    chunks: [
      { choices: [{ delta: { reasoning_content: 'H' } }] },
      { choices: [{ delta: { reasoning_content: 'm.' } }] },
      {
        choices: [{ delta: { content: 'Gran' }, finish_reason: 'length' }],
        usage: { prompt_tokens: 12, completion_tokens: 5 },
        moderation: { flagged: false },
      },
    ],
    reply: {
      content: [{ reasoningContent: { reasoningText: { text: 'Hm.' } } }, { text: 'Gran' }],
      stopReason: 'max_tokens',
      usage,
      additionalModelResponseFields: { moderation: { flagged: false } },
    },
  },
  {
    what: 'thoughts as parts of the content',
    format: 'openai_chat',
    body: {
      choices: [
        {
          finish_reason: 'stop',
          message: {
            content: [
              { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
              { type: 'text', text: 'Granite.' },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 5 },
    },
    reply: {
      content: [{ reasoningContent: { reasoningText: { text: 'Hm.' } } }, { text: 'Granite.' }],
      stopReason: 'end_turn',
      usage,
    },
  },
  {
    what: 'a text',
    format: 'jamba',
    body: {
      id: '1',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Granite.', tool_calls: null }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 },
    },
    chunks: [
      { id: '1', choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }] },
      { id: '1', choices: [{ index: 0, delta: { content: 'Granite.' }, finish_reason: null }] },
      {
        id: '1',
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 12, completion_tokens: 5 },
      },
    ],
    reply: { content: [{ text: 'Granite.' }], stopReason: 'end_turn', usage },
  },
  {
    what: 'thoughts that the prompt began',
    format: 'deepseek_r1',
    body: { choices: [{ text: 'Hm.\n</think>\n\nGranite.', stop_reason: 'stop' }] },
    chunks: [
      { choices: [{ text: 'Hm.\n</thi', stop_reason: null }] },
      { choices: [{ text: 'nk>\n', stop_reason: null }] },
      { choices: [{ text: '\nGranite.', stop_reason: 'stop' }], ...metrics },
    ],
    counts,
    reply: {
      content: [{ reasoningContent: { reasoningText: { text: 'Hm.\n' } } }, { text: 'Granite.' }],
      stopReason: 'end_turn',
      ...counted,
    },
  },
  {
    what: 'a text',
    format: 'command',
    body: { generations: [{ id: '1', text: ' Granite.', finish_reason: 'COMPLETE' }], id: '2', prompt: 'Which rock?' },
    chunks: [
      { text: ' Gran', is_finished: false },
      { text: 'ite.', is_finished: false },
      { text: ' Granite.', is_finished: true, finish_reason: 'COMPLETE', ...metrics },
    ],
    counts,
    reply: { content: [{ text: ' Granite.' }], stopReason: 'end_turn', ...counted },
  },
  {
    what: 'a text with sources',
    format: 'command_r',
    request: {
      messages: [
        {
          role: 'user',
          content: [{ document: { name: 'Rocks', source: { text: 'Granite is hard.' } } }, { text: 'Is it hard?' }],
        },
      ],
    },
    body: {
      response_id: '1',
      text: 'It is hard.',
      generation_id: '2',
      citations: [{ start: 6, end: 10, text: 'hard', document_ids: ['doc_0'] }],
      finish_reason: 'COMPLETE',
      chat_history: [],
    },
    chunks: [
      { is_finished: false, event_type: 'stream-start', generation_id: '2' },
      { is_finished: false, event_type: 'text-generation', text: 'It is ' },
      { is_finished: false, event_type: 'text-generation', text: 'hard.' },
      {
        is_finished: false,
        event_type: 'citation-generation',
        citations: [{ start: 6, end: 10, text: 'hard', document_ids: ['doc_0'] }],
      },
      {
        is_finished: true,
        event_type: 'stream-end',
        finish_reason: 'COMPLETE',
        response: { text: 'It is hard.' },
        ...metrics,
      },
    ],
    counts,
    reply: {
      content: [
        {
          citationsContent: {
            content: [{ text: 'It is hard.' }],
            citations: [
              {
                title: 'Rocks',
                source: 'doc_0',
                sourceContent: [{ text: 'hard' }],
                location: { documentChunk: { documentIndex: 0 } },
              },
            ],
          },
        },
      ],
      stopReason: 'end_turn',
      additionalModelResponseFields: { citations: [{ start: 6, end: 10, text: 'hard', document_ids: ['doc_0'] }] },
      ...counted,
    },
  },
  {
    what: 'a call',
    format: 'command_r',
    request: withTools,
    body: {
      text: 'I will look.',
      finish_reason: 'COMPLETE',
      tool_calls: [{ name: 'weather', parameters: { city: 'Bergen' } }],
    },
    chunks: [
      { event_type: 'text-generation', text: 'I will look.' },
      {
        event_type: 'tool-calls-generation',
        text: 'I will look.',
        tool_calls: [{ name: 'weather', parameters: { city: 'Bergen' } }],
      },
      {
        event_type: 'stream-end',
        is_finished: true,
        finish_reason: 'COMPLETE',
        response: { text: 'I will look.' },
        ...metrics,
      },
    ],
    counts,
    reply: {
      content: [{ text: 'I will look.' }, { toolUse: { ...call, toolUseId: 'call_1' } }],
      stopReason: 'tool_use',
      ...counted,
    },
  },
  {
    what: 'a text',
    format: 'jurassic',
    body: {
      id: 1,
      prompt: { text: 'Which rock?', tokens: [] },
      completions: [{ data: { text: 'Granite.', tokens: [] }, finishReason: { reason: 'endoftext' } }],
    },
    counts,
    reply: { content: [{ text: 'Granite.' }], stopReason: 'end_turn', ...counted },
  },
];

describe('a reply', () => {
  test.each(goldens)(
    'of $format is read: $what',
    ({ format, body, reply: { content, ...reply }, request: asked = request, counts: ofHeaders }) => {
      const read = find(format).decode(body, { request: asked, counts: ofHeaders });
      expect(read).toEqual({ output: { message: { role: 'assistant', content } }, metrics: {}, ...reply });
    },
  );

  test.each(goldens.filter(({ chunks }) => chunks))('of $format is the same when it is streamed: $what', (golden) => {
    const {
      format,
      chunks = [],
      reply: { content, ...reply },
      request: asked,
    } = golden;
    const { reply: folded } = streamed(format, chunks, asked);
    expect(folded).toEqual({ output: { message: { role: 'assistant', content } }, metrics: {}, ...reply });
  });

  test.each(goldens.filter(({ chunks }) => chunks))(
    'of $format that is cut has no end and no call to run: $what',
    (golden) => {
      const { format, chunks = [], request: asked } = golden;
      for (let length = 0; length < chunks.length; length++) {
        const { reply, partial } = streamed(format, chunks.slice(0, length), asked);
        // What is only counted or padded may be missing from a message that is whole.
        if (reply === undefined) expect(toolUsesOf(partial)).toEqual([]);
        else expect(reply.output.message.content).toEqual(golden.reply.content);
      }
    },
  );
});
