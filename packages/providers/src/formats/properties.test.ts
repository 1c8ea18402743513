import {
  type ContentBlock,
  type ConverseRequest,
  type ConverseResponse,
  createFold,
  isConverseError,
} from '@outcrop/converse';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInFormats, createFormats } from './create-formats.ts';
import type { InvokeFormat } from './format.ts';

const target = { model: 'A model', id: 'a.model', region: 'eu-west-1', route: 'in_region' } as const;
const names = builtInFormats.map(({ name }) => name);
const request: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }] };
const withTools: ConverseRequest = {
  ...request,
  toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }] },
};

function find(name: string): InvokeFormat {
  return createFormats([]).find({ invokeFormat: name }, target);
}

/** How each template is read back: as its tokenizer would, which knows a token wherever it stands. */
type Grammar = { tokens: readonly string[]; begin: string; turn: RegExp; user: readonly string[] };

const llama = (open: string, close: string, end: string): Grammar => ({
  tokens: [open, close, end, '<|begin_of_text|>', '<|image|>', '<|python_tag|>', '<|reserved_special_token_5|>'],
  begin: '<|begin_of_text|>',
  turn: new RegExp(
    `${quote(open)}(user|assistant)${quote(close)}\n\n((?:(?!<\\|[a-z0-9_]+\\|>)[\\s\\S])*)(?:${quote(end)}|$)`,
    'y',
  ),
  user: ['user'],
});

const grammars: { [name: string]: Grammar } = {
  llama3: llama('<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'),
  llama4: llama('<|header_start|>', '<|header_end|>', '<|eot|>'),
  llama2: {
    tokens: ['<s>', '</s>', '[INST]', '[/INST]', '<<SYS>>', '<</SYS>>'],
    begin: '',
    turn: /(<s>\[INST\]|) ((?:(?!<\/?s>|\[\/?INST\]|<<\/?SYS>>)[\s\S])*)(?: \[\/INST\]| <\/s>|$)/y,
    user: ['<s>[INST]'],
  },
  mistral_text: {
    tokens: ['<s>', '</s>', '[INST]', '[/INST]', '[TOOL_CALLS]', '[AVAILABLE_TOOLS]'],
    begin: '<s>',
    turn: /(\[INST\]|) ((?:(?!<\/?s>|\[\/?INST\]|\[TOOL_CALLS\]|\[AVAILABLE_TOOLS\])[\s\S])*)(?: \[\/INST\]|<\/s>|$)/y,
    user: ['[INST]'],
  },
  deepseek_r1: {
    tokens: [
      '<｜User｜>',
      '<｜Assistant｜>',
      '<｜end▁of▁sentence｜>',
      '<｜begin▁of▁sentence｜>',
      '<｜tool▁calls▁begin｜>',
    ],
    begin: '<｜begin▁of▁sentence｜>',
    turn: /(<｜User｜>|<｜Assistant｜>)((?:(?!<｜[^<>｜\s]+｜>)[\s\S])*)(?:<｜end▁of▁sentence｜>)?/y,
    user: ['<｜User｜>'],
  },
  titan: {
    tokens: ['\nUser:', '\nBot:', '\n\nUser: ', 'Bot: '],
    begin: '',
    turn: /(User|Bot): ?((?:(?!\n(?:User|Bot):)[\s\S])*)\n?/y,
    user: ['User'],
  },
  claude_text: {
    tokens: ['\n\nHuman:', '\n\nAssistant:', '\n\n\nHuman: ', 'Assistant: '],
    begin: '',
    turn: /\n\n(Human|Assistant): ?((?:(?!\n\n(?:Human|Assistant):)[\s\S])*)/y,
    user: ['Human'],
  },
};

function quote(token: string): string {
  return token.replace(/[|[\]]/g, '\\$&');
}

function readBack(prompt: string, { begin, turn, user }: Grammar): { role: string; text: string }[] {
  expect(prompt.startsWith(begin)).toBe(true);
  const turns: { role: string; text: string }[] = [];
  turn.lastIndex = begin.length;
  while (turn.lastIndex < prompt.length) {
    const [all, role = '', text = ''] = turn.exec(prompt) ?? [];
    if (!all) return [{ role: 'unreadable', text: prompt.slice(turn.lastIndex) }];
    // The invisible character that takes tokens apart is all that may have changed.
    turns.push({ role: user.includes(role) ? 'user' : 'assistant', text: text.replaceAll('\u2060', '') });
  }
  return turns;
}

describe('no text can end its own turn', () => {
  test.each(Object.entries(grammars))('in a prompt of %s', (name, grammar) => {
    const fragments = grammar.tokens.flatMap((token) => [
      token,
      token,
      token.slice(0, -1),
      token.slice(1),
      token.slice(0, 2),
    ]);
    const piece = fc.oneof(
      fc.constantFrom(...fragments, '\n', '\n\n', ' ', 'user', 'assistant'),
      fc.string({ maxLength: 5 }),
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    const turn = fc.array(text, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 5 }), (texts) => {
        const messages = texts.map((blocks, index) => ({
          role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
          content: blocks.map((block) => ({ text: block })),
        }));
        const { body, warnings } = find(name).encode({ messages }, { traits: {}, stream: false });
        const { prompt, inputText = prompt } = body as { prompt: string; inputText?: string };
        const open = name === 'deepseek_r1' ? '<think>\n' : '';
        const goesOn = texts.length % 2 === 0 || name === 'llama2' || name === 'mistral_text';
        const expected = messages.map(({ role, content }) => ({
          role: String(role),
          text: content.map((block) => block.text).join('\n\n'),
        }));
        expect(readBack(inputText, grammar)).toEqual(
          goesOn ? expected : [...expected, { role: 'assistant', text: open }],
        );
        expect(warnings.length > 0).toBe(inputText.includes('\u2060'));
      }),
    );
  });
});

/** What differs from the whole is one place of the body: where the text stands. */
const texts: { [name: string]: (text: string, reason: string | null) => unknown } = {
  claude_text: (completion, stop_reason) => ({ completion, stop_reason }),
  llama2: (generation, stop_reason) => ({ generation, stop_reason }),
  llama3: (generation, stop_reason) => ({ generation, stop_reason }),
  llama4: (generation, stop_reason) => ({ generation, stop_reason }),
  mistral_text: (text, stop_reason) => ({ outputs: [{ text, stop_reason }] }),
  deepseek_r1: (text, stop_reason) => ({ choices: [{ text, stop_reason }] }),
  mistral_chat: (content, stop_reason) => ({ choices: [{ message: { content }, stop_reason }] }),
  openai_chat: (content, finish_reason) => ({ choices: [{ message: { content }, finish_reason }] }),
  jamba: (content, finish_reason) => ({ choices: [{ message: { content }, finish_reason }] }),
};

const said = fc
  .array(
    fc.constantFrom(
      ...[
        '<think>',
        '</think>',
        '<reasoning>',
        '</reasoning>',
        '<|python_tag|>',
        '{"name": "weather", "parameters": {"city": "B}"}}',
      ],
      ...[
        '; ',
        '[weather(city="Bergen")]',
        '<function=weather>{"a": 1}</function>',
        '{',
        '[',
        '<',
        '\n',
        ' ',
        'Granite. ',
        '🪨',
      ],
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

describe('a text is the same in whatever pieces it comes', () => {
  test.each(
    Object.keys(texts).flatMap(
      (name) =>
        [
          [name, request],
          [name, withTools],
        ] as [string, ConverseRequest][],
    ),
  )('from %s', (name, asked) => {
    const write = texts[name] ?? (() => undefined);
    const format = find(name);
    fc.assert(
      fc.property(
        said,
        fc.array(fc.nat(80), { maxLength: 8 }),
        fc.constantFrom('stop', 'length'),
        (text, cuts, reason) => {
          const whole = format.decode(write(text, reason), { request: asked });
          const ends = [...new Set([...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
          const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
          const chunks = [...pieces.map((piece) => write(piece, null)), write('', reason)];
          expect(fold(format, chunks, asked)).toEqual(whole);
          // Without the last chunk the message never ends, and no call may be run.
          expect(fold(format, chunks.slice(0, -1), asked)).toBeUndefined();
        },
      ),
    );
  });
});

describe("Claude's events are the same in whatever pieces they come", () => {
  const block = fc.oneof(
    fc.record({ type: fc.constant('text'), text: fc.string({ unit: 'grapheme', minLength: 1 }) }),
    fc.record({
      type: fc.constant('thinking'),
      thinking: fc.string({ minLength: 1 }),
      signature: fc.base64String({ minLength: 4 }),
    }),
    fc.record({
      type: fc.constant('redacted_thinking'),
      data: fc.oneof(
        fc.base64String({ minLength: 4 }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.constant('ZGF0YTos'),
      ),
    }),
    fc.record({
      type: fc.constantFrom('tool_use', 'server_tool_use'),
      id: fc.string({ minLength: 1 }),
      name: fc.constantFrom('weather', 'now'),
      // JSON knows no negative zero.
      input: fc.dictionary(fc.string(), fc.jsonValue()).map((input) => JSON.parse(JSON.stringify(input))),
    }),
  );
  type Block = { type: string; [field: string]: unknown };

  function streamOf(blocks: readonly Block[], step: number): unknown[] {
    const cut = (text: string) =>
      Array.from({ length: Math.ceil(text.length / step) }, (_, at) => text.slice(at * step, (at + 1) * step));
    // All blocks begin before any goes on: interleaved as no service does, and read all the same.
    const started = blocks.map(({ type, ...fields }, index) => {
      const empty =
        type === 'redacted_thinking' ? fields : { ...fields, text: '', thinking: '', signature: '', input: {} };
      return { type: 'content_block_start', index, content_block: { type, ...empty } };
    });
    const deltas = blocks.flatMap(({ type, text, thinking, signature, input }, index) => {
      const pieces: unknown[] = [];
      if (type === 'text') pieces.push(...cut(text as string).map((piece) => ({ type: 'text_delta', text: piece })));
      if (type === 'thinking') {
        pieces.push(...cut(thinking as string).map((piece) => ({ type: 'thinking_delta', thinking: piece })));
        pieces.push({ type: 'signature_delta', signature });
      }
      if (input !== undefined)
        pieces.push(...cut(JSON.stringify(input)).map((partial_json) => ({ type: 'input_json_delta', partial_json })));
      return pieces.map((delta) => ({ type: 'content_block_delta', index, delta }));
    });
    return [
      { type: 'message_start', message: { usage: { input_tokens: 12, output_tokens: 1 } } },
      ...started,
      ...deltas,
      ...blocks.map((_, index) => ({ type: 'content_block_stop', index })),
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ];
  }

  test('whole or streamed', () => {
    const format = find('claude_messages');
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (blocks, step) => {
        const content = blocks as Block[];
        const body = { content, stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 5 } };
        expect(fold(format, streamOf(content, step), request)).toEqual(format.decode(body, { request }));
      }),
    );
  });

  test('goes back into the body that it came from', () => {
    const format = find('claude_messages');
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 5 }), (content) => {
        const { output } = format.decode({ content, stop_reason: 'end_turn' }, { request });
        const { body } = format.encode({ messages: [output.message] }, { traits: {}, stream: false });
        expect(body).toMatchObject({ messages: [{ role: 'assistant', content }] });
      }),
    );
  });
});

/** JSON that is nearly right: names that replies have, with anything behind them. */
const nearly = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      '',
      'text',
      'tool_use',
      'AQID',
      0,
      -1,
      5,
      1e308,
      true,
      'end_turn',
      'stop',
      '__proto__',
      'constructor',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'type',
          'content',
          'content_block',
          'delta',
          'index',
          'message',
          'usage',
          'stop_reason',
          'id',
          'name',
          'input',
          'text',
        ],
        ...[
          'choices',
          'finish_reason',
          'tool_calls',
          'function',
          'arguments',
          'outputs',
          'results',
          'outputText',
          'completionReason',
        ],
        ...[
          'generation',
          'completion',
          'output',
          'stopReason',
          'event_type',
          'response',
          'citations',
          'document_ids',
          'error',
          'data',
        ],
        ...[
          'contentBlockDelta',
          'contentBlockIndex',
          'messageStop',
          'metadata',
          '__proto__',
          'toString',
          'partial_json',
          'citation',
        ],
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;
const kinds = fc.constantFrom(
  ...[
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
    'error',
  ],
  ...[
    'text',
    'thinking',
    'redacted_thinking',
    'tool_use',
    'server_tool_use',
    'citations_delta',
    'text-generation',
    'stream-end',
  ],
);
const hostile = fc.oneof(
  fc.jsonValue(),
  nearly,
  fc.tuple(kinds, nearly).map(([kind, value]) => ({ ...(value as object), type: kind, event_type: kind })),
);

const pointing = {
  ...withTools,
  additionalModelResponseFieldPaths: ['/usage/input', '/__proto__/x', '/stop_reason', '', '/', 'x'],
};

describe('whatever a service sends is a reply or an error of ours', () => {
  test.each(names)('to %s', (name) => {
    // Not the guarded one: the formats read with care themselves.
    const format = builtInFormats.find((known) => known.name === name) as InvokeFormat;
    fc.assert(
      fc.property(
        hostile,
        fc.array(hostile, { maxLength: 4 }),
        fc.constantFrom(request, withTools, pointing),
        (body, chunks, asked) => {
          expectOurs(() => format.decode(body, { request: asked }));
          expectOurs(() => fold(format, chunks, asked));
        },
      ),
      { numRuns: 3 * (fc.readConfigureGlobal().numRuns ?? 100) },
    );
  });

  test.each(names)('to %s, and what is no object is malformed', (name) => {
    for (const body of [undefined, null, [], 'text', 5, {}, { choices: [] }, { content: null }]) {
      expect(() => find(name).decode(body, { request })).toThrow(expect.objectContaining({ code: 'malformed_reply' }));
    }
  });
});

const bytes = fc.uint8Array({ maxLength: 4 });
// fast-check's may hold -0, for which JSON has no word.
const jsonValues = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
const blocks: fc.Arbitrary<ContentBlock> = fc.oneof(
  fc.record({ text: fc.string() }),
  fc.record({
    image: fc.record({
      format: fc.constantFrom('png', 'gif'),
      source: fc.oneof(fc.record({ bytes }), fc.constant({ s3Location: { uri: 's3://b/k' } })),
    }),
  }),
  fc.record({
    document: fc.record({
      name: fc.string(),
      format: fc.constantFrom('pdf', 'txt', 'xlsx'),
      source: fc.oneof(
        fc.record({ bytes }),
        fc.record({ text: fc.string() }),
        fc.constant({ content: [{ text: 'One.' }] }),
      ),
    }),
  }),
  fc.record({
    toolUse: fc.record({ toolUseId: fc.constantFrom('t1', 't2'), name: fc.string(), input: jsonValues }),
  }),
  fc.record({
    toolResult: fc.record({
      toolUseId: fc.constantFrom('t1', 't2', 't3'),
      content: fc.array(fc.oneof(fc.record({ text: fc.string() }), fc.record({ json: jsonValues }))),
    }),
  }),
  fc.record({
    reasoningContent: fc.oneof(
      fc.record({ reasoningText: fc.record({ text: fc.string() }) }),
      fc.record({ redactedContent: bytes }),
    ),
  }),
  fc.constantFrom<unknown>(
    { cachePoint: { type: 'default', ttl: '1h' } },
    { guardContent: { text: { text: 'Hm.' } } },
    { video: { format: 'mp4', source: { bytes: new Uint8Array(1) } } },
    { citationsContent: {} },
    { searchResult: { source: 'a', title: 'b', content: [] } },
    { tomorrow: { is: 'new' } },
    {},
  ),
) as fc.Arbitrary<ContentBlock>;
const requests: fc.Arbitrary<ConverseRequest> = fc.record(
  {
    system: fc.array(
      fc.oneof(fc.record({ text: fc.string() }), fc.constant({ cachePoint: { type: 'default' as const } })),
    ),
    messages: fc.array(
      fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: fc.array(blocks, { maxLength: 4 }) }),
      { maxLength: 4 },
    ),
    inferenceConfig: fc.record({ maxTokens: fc.nat(), stopSequences: fc.array(fc.string()) }, { requiredKeys: [] }),
    toolConfig: fc.constant(withTools.toolConfig),
    additionalModelRequestFields: jsonValues as fc.Arbitrary<never>,
    additionalModelResponseFieldPaths: fc.array(fc.string()),
  },
  { requiredKeys: ['messages'] },
) as fc.Arbitrary<ConverseRequest>;

describe('whatever is asked is a body or an error of ours', () => {
  test.each(names)('for %s', (name) => {
    const format = builtInFormats.find((known) => known.name === name) as InvokeFormat;
    fc.assert(
      fc.property(requests, (asked) => {
        const before = structuredClone(asked);
        expectOurs(() => {
          const { body } = format.encode(asked, { traits: {}, stream: false });
          expect(JSON.parse(JSON.stringify(body))).toEqual(body);
        });
        expect(asked).toEqual(before);
      }),
      { numRuns: 2 * (fc.readConfigureGlobal().numRuns ?? 100) },
    );
  });

  test.each(names)('for %s, also if it is no request at all', (name) => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('messages', 'system', 'toolConfig', 'inferenceConfig', 'outputConfig'),
          fc.jsonValue(),
        ),
        (asked) => {
          expectOurs(() => find(name).encode(asked as ConverseRequest, { traits: {}, stream: false }));
        },
      ),
    );
  });
});

function fold(format: InvokeFormat, chunks: readonly unknown[], asked: ConverseRequest): ConverseResponse | undefined {
  const stream = format.decodeStream({ request: asked });
  const folded = createFold();
  for (const chunk of chunks) for (const event of stream.add(chunk)) folded.add(event);
  for (const event of stream.end()) folded.add(event);
  return folded.response;
}

function expectOurs(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!isConverseError(error)) throw error;
  }
}
