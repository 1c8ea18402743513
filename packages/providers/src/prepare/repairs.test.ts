import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  JsonValue,
  Message,
  ModelTraits,
  ToolResultBlock,
  ToolResultContent,
} from '@outcrop/converse';
import { prepareRequest, type RepairCode, repairs } from '@outcrop/providers';
import { expect, test } from 'vitest';

const bytes = Uint8Array.of(1, 2, 3);
const user = (...content: ContentBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentBlock[]): Message => ({ role: 'assistant', content });
const text = (text: string) => ({ text });
const point = (ttl?: '5m' | '1h') => ({ cachePoint: { type: 'default', ...(ttl && { ttl }) } as const });
const call = (toolUseId: string, name = 'look', input: JsonValue = {}): ContentBlock => ({
  toolUse: { toolUseId, name, input },
});
const result = (
  toolUseId: string,
  content: ToolResultContent[] = [{ text: 'Granite.' }],
  rest: Partial<ToolResultBlock> = {},
): ContentBlock => ({ toolResult: { toolUseId, content, ...rest } });
const file = (name: string, rest: Partial<DocumentBlock> = {}): ContentBlock => ({
  document: { format: 'pdf', name, source: { bytes }, ...rest },
});
const tool = (name = 'look', spec: object = {}) => ({
  toolSpec: { name, inputSchema: { json: { type: 'object' } }, ...spec },
});
const toolConfig = { tools: [tool()] };
const hi = user(text('Hi'));
const gone = (name: string) => ({
  toolSpec: {
    name,
    description: 'No longer available. Do not call it.',
    inputSchema: { json: { type: 'object', properties: {} } },
  },
});
const unanswered = [{ text: 'The tool was not run: the call got no result.' }];

type Case = {
  code: RepairCode;
  what: string;
  traits?: ModelTraits;
  given: ConverseRequest;
  sent: ConverseRequest;
  /** Where it is reported. */
  at: string[];
};

const cases: Case[] = [
  {
    code: 'blank_text',
    what: 'in a message, a system prompt, a guard and a result',
    given: {
      system: [text('Be brief.'), text(' \n')],
      messages: [
        user(text(''), text('Hi'), { guardContent: { text: { text: ' ' } } }),
        assistant(text('\t'), call('a')),
        user(result('a', [{ text: ' ' }, { text: 'Granite.' }])),
      ],
      toolConfig,
    },
    sent: {
      system: [text('Be brief.')],
      messages: [hi, assistant(call('a')), user(result('a'))],
      toolConfig,
    },
    at: [
      'messages[0].content[0]',
      'messages[0].content[2]',
      'messages[1].content[0]',
      'messages[2].content[0].toolResult.content[0]',
      'system[1]',
    ],
  },
  {
    code: 'blank_text',
    what: 'that is all of the system prompt',
    given: { system: [text(' '), point()], messages: [hi] },
    sent: { messages: [hi] },
    at: ['system[0]'],
  },
  {
    code: 'empty_message',
    what: 'whose neighbours are joined then',
    given: { messages: [hi, assistant(), user(text('Still there?'))] },
    sent: { messages: [user(text('Hi'), text('Still there?'))] },
    at: ['messages[1]'],
  },
  {
    code: 'empty_message',
    what: 'that caches nothing',
    given: { messages: [hi, assistant(point()), user(text('Still there?'))] },
    sent: { messages: [user(text('Hi'), text('Still there?'))] },
    at: ['messages[1]'],
  },
  {
    code: 'same_role',
    what: 'of both roles',
    given: { messages: [hi, user(text('there')), assistant(text('Hello')), assistant(text('!')), user(text('?'))] },
    sent: { messages: [user(text('Hi'), text('there')), assistant(text('Hello'), text('!')), user(text('?'))] },
    at: ['messages[1]', 'messages[3]'],
  },
  {
    code: 'tool_result_order',
    what: 'behind a text',
    given: { messages: [hi, assistant(call('a')), user(text('Here.'), result('a'))], toolConfig },
    sent: { messages: [hi, assistant(call('a')), user(result('a'), text('Here.'))], toolConfig },
    at: ['messages[2]'],
  },
  {
    code: 'tool_result_order',
    what: 'over two turns',
    given: {
      messages: [
        hi,
        assistant(call('a'), call('b')),
        user(result('b')),
        assistant(text('And?')),
        user(result('a'), text('Go on.')),
      ],
      toolConfig,
    },
    sent: {
      messages: [
        hi,
        assistant(call('a'), call('b')),
        user(result('b'), result('a')),
        assistant(text('And?')),
        user(text('Go on.')),
      ],
      toolConfig,
    },
    at: ['messages[2]'],
  },
  {
    code: 'missing_tool_result',
    what: 'for a call that the user passed over',
    given: { messages: [hi, assistant(call('a')), user(text('Never mind.'))], toolConfig },
    sent: {
      messages: [hi, assistant(call('a')), user(result('a', unanswered, { status: 'error' }), text('Never mind.'))],
      toolConfig,
    },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'missing_tool_result',
    what: 'of a model without statuses',
    traits: { tools: { resultStatus: false } },
    given: { messages: [hi, assistant(call('a')), user(text('Never mind.'))], toolConfig },
    sent: { messages: [hi, assistant(call('a')), user(result('a', unanswered), text('Never mind.'))], toolConfig },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'orphan_tool_result',
    what: 'that no turn, or another one, asked for, or that came twice',
    given: {
      messages: [user(text('Hi'), result('z')), assistant(call('a')), user(result('a'), result('a'), result('b'))],
      toolConfig,
    },
    sent: { messages: [hi, assistant(call('a')), user(result('a'))], toolConfig },
    at: ['messages[0].content[1]', 'messages[2].content[1]', 'messages[2].content[2]'],
  },
  {
    code: 'text_beside_results',
    what: 'of a model that takes only one of both',
    traits: { tools: { textBesideResults: false } },
    given: {
      messages: [hi, assistant(call('a'), call('b')), user(result('a'), result('b'), text('Well?'), point())],
      toolConfig,
    },
    sent: {
      messages: [
        hi,
        assistant(call('a'), call('b')),
        user(result('a'), result('b', [{ text: 'Granite.' }, { text: 'Well?' }]), point()),
      ],
      toolConfig,
    },
    at: ['messages[2].content[2]'],
  },
  ...(
    [
      ['', {}],
      [null, {}],
      ['{"rock":1}', { rock: 1 }],
      ['{"rock":', { value: '{"rock":' }],
      [[1], { value: [1] }],
    ] as [JsonValue, JsonValue][]
  ).map(
    ([input, sent]): Case => ({
      code: 'tool_input',
      what: JSON.stringify(input),
      given: { messages: [hi, assistant(call('a', 'look', input)), user(result('a'))], toolConfig },
      sent: { messages: [hi, assistant(call('a', 'look', sent)), user(result('a'))], toolConfig },
      at: ['messages[1].content[0].toolUse.input'],
    }),
  ),
  {
    code: 'tool_result_json',
    what: 'that is a list',
    given: { messages: [hi, assistant(call('a')), user(result('a', [{ json: [1] }]))], toolConfig },
    sent: { messages: [hi, assistant(call('a')), user(result('a', [{ json: { value: [1] } }]))], toolConfig },
    at: ['messages[2].content[0].toolResult.content[0].json'],
  },
  {
    code: 'tool_result_empty',
    what: 'with the status of an error',
    given: { messages: [hi, assistant(call('a')), user(result('a', [], { status: 'error' }))], toolConfig },
    sent: {
      messages: [
        hi,
        assistant(call('a')),
        user(result('a', [{ text: 'The tool failed and said nothing.' }], { status: 'error' })),
      ],
      toolConfig,
    },
    at: ['messages[2].content[0].toolResult.content'],
  },
  {
    code: 'tool_result_status',
    what: 'of an error, which is put into words, and of a success',
    traits: { tools: { resultStatus: false } },
    given: {
      messages: [
        hi,
        assistant(call('a'), call('b')),
        user(result('a', [{ text: 'No.' }], { status: 'error' }), result('b', undefined, { status: 'success' })),
      ],
      toolConfig,
    },
    sent: {
      messages: [
        hi,
        assistant(call('a'), call('b')),
        user(result('a', [{ text: 'The tool failed:' }, { text: 'No.' }]), result('b')),
      ],
      toolConfig,
    },
    at: ['messages[2].content[0].toolResult.status', 'messages[2].content[1].toolResult.status'],
  },
  {
    code: 'tool_name',
    what: 'everywhere, without taking the name of another tool',
    given: {
      messages: [hi, assistant(call('a', 'look up'), call('b', 'look_up')), user(result('a'), result('b'))],
      toolConfig: { tools: [tool('look up'), tool('look_up')], toolChoice: { tool: { name: 'look up' } } },
    },
    sent: {
      messages: [hi, assistant(call('a', 'look_up_2'), call('b', 'look_up')), user(result('a'), result('b'))],
      toolConfig: { tools: [tool('look_up_2'), tool('look_up')], toolChoice: { tool: { name: 'look_up_2' } } },
    },
    at: ['messages[1].content[0].toolUse.name', 'toolConfig.tools[0].toolSpec.name'],
  },
  {
    code: 'tool_name',
    what: 'where a system turn adds it',
    given: {
      messages: [hi, { role: 'system', content: [{ toolAddition: { tool: { name: 'look up' } } }] }],
      toolConfig: { tools: [tool('look up')] },
    },
    sent: {
      messages: [hi, { role: 'system', content: [{ toolAddition: { tool: { name: 'look_up' } } }] }],
      toolConfig: { tools: [tool('look_up')] },
    },
    at: ['messages[1].content[0].toolAddition.tool.name', 'toolConfig.tools[0].toolSpec.name'],
  },
  {
    code: 'tool_use_id',
    what: 'that Bedrock refuses',
    given: { messages: [hi, assistant(call('a b')), user(result('a b'))], toolConfig },
    sent: {
      messages: [hi, assistant(call('tooluse_yU96woFg2')), user(result('tooluse_yU96woFg2'))],
      toolConfig,
    },
    at: ['messages[1].content[0].toolUse.toolUseId', 'messages[2].content[0].toolResult.toolUseId'],
  },
  {
    code: 'tool_use_id',
    what: 'of another model, where nine letters and digits are wanted',
    traits: { tools: { idFormat: 'nine_alphanumerics' } },
    given: {
      messages: [hi, assistant(call('tooluse_1'), call('abcDEF123')), user(result('tooluse_1'), result('abcDEF123'))],
      toolConfig,
    },
    sent: {
      messages: [hi, assistant(call('hpUfFlqZd'), call('abcDEF123')), user(result('hpUfFlqZd'), result('abcDEF123'))],
      toolConfig,
    },
    at: ['messages[1].content[0].toolUse.toolUseId', 'messages[2].content[0].toolResult.toolUseId'],
  },
  {
    code: 'tool_description',
    what: 'that is empty',
    given: { messages: [hi], toolConfig: { tools: [tool('look', { description: '' })] } },
    sent: { messages: [hi], toolConfig },
    at: ['toolConfig.tools[0].toolSpec.description'],
  },
  {
    code: 'tool_schema',
    what: 'without a type, or without anything',
    given: {
      messages: [hi],
      toolConfig: {
        tools: [
          tool('a', { inputSchema: { json: { properties: { rock: { type: 'string' } } } } }),
          tool('b', { inputSchema: { json: {} } }),
        ],
      },
    },
    sent: {
      messages: [hi],
      toolConfig: {
        tools: [
          tool('a', { inputSchema: { json: { properties: { rock: { type: 'string' } }, type: 'object' } } }),
          tool('b', { inputSchema: { json: { type: 'object', properties: {} } } }),
        ],
      },
    },
    at: ['toolConfig.tools[0].toolSpec.inputSchema.json', 'toolConfig.tools[1].toolSpec.inputSchema.json'],
  },
  {
    code: 'tool_strict',
    what: 'of a model that refuses it',
    traits: { tools: { strict: false } },
    given: { messages: [hi], toolConfig: { tools: [tool('look', { strict: true })] } },
    sent: { messages: [hi], toolConfig },
    at: ['toolConfig.tools[0].toolSpec.strict'],
  },
  {
    code: 'tool_choice_auto',
    what: 'of a model that refuses it',
    traits: { tools: { choices: ['any'] } },
    given: { messages: [hi], toolConfig: { ...toolConfig, toolChoice: { auto: {} } } },
    sent: { messages: [hi], toolConfig },
    at: ['toolConfig.toolChoice'],
  },
  {
    code: 'tool_config_empty',
    what: 'without tool calls in the history',
    given: { messages: [hi], toolConfig: { tools: [] } },
    sent: { messages: [hi] },
    at: ['toolConfig'],
  },
  {
    code: 'tool_config_missing',
    what: 'with tool calls in the history',
    given: { messages: [hi, assistant(call('a'), call('b', 'dig')), user(result('a'), result('b'))] },
    sent: {
      messages: [hi, assistant(call('a'), call('b', 'dig')), user(result('a'), result('b'))],
      toolConfig: { tools: [gone('look'), gone('dig')] },
    },
    at: ['toolConfig'],
  },
  {
    code: 'unsigned_reasoning',
    what: 'beside signed and redacted one',
    given: {
      messages: [
        hi,
        assistant(
          { reasoningContent: { reasoningText: { text: 'Hm.' } } },
          { reasoningContent: { reasoningText: { text: 'Hm!', signature: 's' } } },
          { reasoningContent: { redactedContent: bytes } },
          text('Hello'),
        ),
        hi,
      ],
    },
    sent: {
      messages: [
        hi,
        assistant(
          { reasoningContent: { reasoningText: { text: 'Hm!', signature: 's' } } },
          { reasoningContent: { redactedContent: bytes } },
          text('Hello'),
        ),
        hi,
      ],
    },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'foreign_reasoning',
    what: 'for a model that does not reason',
    traits: { reasoning: { supported: false } },
    given: {
      messages: [
        hi,
        assistant({ reasoningContent: { reasoningText: { text: 'Hm!', signature: 's' } } }, text('Hello')),
        hi,
      ],
    },
    sent: { messages: [hi, assistant(text('Hello')), hi] },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'foreign_reasoning',
    what: 'that is signed, for a model that signs nothing',
    traits: { family: 'qwen', reasoning: { supported: true } },
    given: {
      messages: [
        hi,
        assistant({ reasoningContent: { reasoningText: { text: 'Hm!', signature: 's' } } }, text('Hello')),
        hi,
      ],
    },
    sent: { messages: [hi, assistant(text('Hello')), hi] },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'reasoning_text',
    what: 'of a signature alone',
    given: {
      messages: [
        hi,
        assistant({ reasoningContent: { reasoningText: { signature: 's' } as never } }, text('Hello')),
        hi,
      ],
    },
    sent: {
      messages: [
        hi,
        assistant({ reasoningContent: { reasoningText: { signature: 's', text: '' } } }, text('Hello')),
        hi,
      ],
    },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'document_renamed',
    what: 'over the whole conversation, in its order',
    given: {
      messages: [
        user(text('Read.'), file('report_v1.pdf'), file('report')),
        assistant(call('a')),
        user(result('a', [{ document: { format: 'pdf', name: 'report', source: { bytes } } }])),
        assistant(text('Done.')),
        user(text('Read.'), file('report-v1'), file(' ')),
      ],
      toolConfig,
    },
    sent: {
      messages: [
        user(text('Read.'), file('report-v1'), file('report')),
        assistant(call('a')),
        user(result('a', [{ document: { format: 'pdf', name: 'report (2)', source: { bytes } } }])),
        assistant(text('Done.')),
        user(text('Read.'), file('report-v1 (2)'), file('document')),
      ],
      toolConfig,
    },
    at: [
      'messages[0].content[1].document.name',
      'messages[2].content[0].toolResult.content[0].document.name',
      'messages[4].content[1].document.name',
      'messages[4].content[2].document.name',
    ],
  },
  {
    code: 'document_without_text',
    what: 'in one message of two',
    given: { messages: [user(file('a')), assistant(text('Yes?')), user(text('Read.'), file('b'))] },
    sent: {
      messages: [
        user(file('a'), text('See the attached document.')),
        assistant(text('Yes?')),
        user(text('Read.'), file('b')),
      ],
    },
    at: ['messages[0].content[0]'],
  },
  {
    code: 'prefill_whitespace',
    what: 'before a cache point, too',
    given: { messages: [hi, assistant(text('The rock is '), point())] },
    sent: { messages: [hi, assistant(text('The rock is'), point())] },
    at: ['messages[1].content[0]'],
  },
  {
    code: 'stop_sequence_empty',
    what: 'among others, and alone',
    given: { messages: [hi], inferenceConfig: { stopSequences: ['', '###'] } },
    sent: { messages: [hi], inferenceConfig: { stopSequences: ['###'] } },
    at: ['inferenceConfig.stopSequences[0]'],
  },
  {
    code: 'max_tokens_clamped',
    what: 'to what the model gives',
    traits: { limits: { maxOutputTokens: 4096 } },
    given: { messages: [hi], inferenceConfig: { maxTokens: 5000, temperature: 0 } },
    sent: { messages: [hi], inferenceConfig: { maxTokens: 4096, temperature: 0 } },
    at: ['inferenceConfig.maxTokens'],
  },
  {
    code: 'cache_point_unsupported',
    what: 'of a model that caches only elsewhere',
    traits: { caching: { supported: true, places: ['system', 'messages'] } },
    given: {
      system: [text('Be brief.'), point()],
      messages: [user(text('Hi'), point())],
      toolConfig: { tools: [tool(), point()] },
    },
    sent: { system: [text('Be brief.'), point()], messages: [user(text('Hi'), point())], toolConfig },
    at: ['toolConfig.tools[1]'],
  },
  {
    code: 'cache_point_unsupported',
    what: 'of a model that does not cache',
    traits: { caching: { supported: false } },
    given: { system: [text('Be brief.'), point()], messages: [user(text('Hi'), point())] },
    sent: { system: [text('Be brief.')], messages: [hi] },
    at: ['system[1]', 'messages[0].content[1]'],
  },
  {
    code: 'cache_point_first',
    what: 'in any list, behind others of its kind, too',
    given: {
      system: [point(), text('Be brief.')],
      messages: [user(point(), point(), text('Hi'))],
      toolConfig: { tools: [point(), tool()] },
    },
    sent: { system: [text('Be brief.')], messages: [hi], toolConfig },
    at: ['toolConfig.tools[0]', 'system[0]', 'messages[0].content[0]', 'messages[0].content[1]'],
  },
  {
    code: 'cache_point_after_document',
    what: 'that is no PDF',
    given: { messages: [user(text('Hi'), file('a', { format: 'txt' }), point(), file('b'), point())] },
    sent: { messages: [user(text('Hi'), file('a', { format: 'txt' }), file('b'), point())] },
    at: ['messages[0].content[2]'],
  },
  {
    code: 'cache_point_count',
    what: 'of which the oldest in the messages go first',
    given: {
      system: [text('Be brief.'), point()],
      messages: [
        user(text('1'), point(), text('2'), point()),
        assistant(text('3')),
        user(text('4'), point(), text('5'), point()),
      ],
    },
    sent: {
      system: [text('Be brief.'), point()],
      messages: [
        user(text('1'), text('2'), point()),
        assistant(text('3')),
        user(text('4'), point(), text('5'), point()),
      ],
    },
    at: ['messages[0].content[1]'],
  },
  {
    code: 'cache_point_ttl',
    what: 'where there is but one',
    traits: { caching: { supported: true, ttls: ['5m'] } },
    given: { system: [text('Be brief.'), point('1h')], messages: [user(text('Hi'), point('5m'))] },
    sent: { system: [text('Be brief.'), point()], messages: [user(text('Hi'), point())] },
    at: ['system[1].cachePoint.ttl', 'messages[0].content[1].cachePoint.ttl'],
  },
  {
    code: 'cache_point_ttl_order',
    what: 'over tools, system and messages',
    traits: { caching: { supported: true, ttls: ['5m', '1h'] } },
    given: {
      system: [text('Be brief.'), point()],
      messages: [user(text('Hi'), point('1h'))],
      toolConfig: { tools: [tool(), point('1h')] },
    },
    sent: {
      system: [text('Be brief.'), point()],
      messages: [user(text('Hi'), point('5m'))],
      toolConfig: { tools: [tool(), point('1h')] },
    },
    at: ['messages[0].content[1].cachePoint.ttl'],
  },
];

test.each(cases)('$code: $what', ({ code, traits = {}, given, sent, at }) => {
  const { request, warnings } = prepareRequest(frozen(given), traits);
  expect(request).toEqual(sent);
  const found = warnings.filter((warning) => warning.code === code);
  expect(found.map(({ path }) => path)).toEqual(at);
  for (const { message } of found) expect(message.startsWith(repairs[code])).toBe(true);
  const again = prepareRequest(request, traits);
  expect(again.request).toBe(request);
  expect(again.warnings).toEqual([]);
});

test('no repair is without a case', () => {
  const tested = new Set(cases.map(({ code }) => code));
  const elsewhere: RepairCode[] = ['structured_output'];
  expect(Object.keys(repairs).filter((code) => !tested.has(code as RepairCode))).toEqual(elsewhere);
});

/** Whoever changes it is told so. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
