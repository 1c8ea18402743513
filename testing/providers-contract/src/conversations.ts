import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  JsonValue,
  Message,
  ModelTraits,
  Tool,
  ToolResultContent,
} from '@outcrop/converse';
import fc from 'fast-check';

const text = (text: string) => ({ text });
const words = fc.constantFrom('Hi', 'Which rock is this?', 'Granite. ', 'So\n');
const texts = fc.oneof({ weight: 5, arbitrary: words }, { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n\t') });
const toolUseIds = fc.constantFrom('a', 'b', 'tooluse_1', 'abcDEF123', 'not an id', 'ä'.repeat(70), '');
const toolNames = fc.constantFrom('look', 'dig', 'look up', 'näme', '', 'x'.repeat(70));
const documentNames = fc.constantFrom('report', 'report.pdf', 'a_b', 'a  b', ' ', '', 'ä', 'x'.repeat(300));
const ttls = fc.constantFrom(undefined, '5m', '1h');

const jsonValues = fc.oneof(
  fc.constantFrom<JsonValue[]>(null, '', 'cut {', '{"rock":1}', [], [1], 7, {}),
  fc.record({ rock: fc.string() }),
);

const point = ttls.map((ttl): { cachePoint: { type: 'default'; ttl?: '5m' | '1h' } } => ({
  cachePoint: { type: 'default', ...(ttl && { ttl }) },
}));

const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 });
const image = bytes.map((bytes) => ({ image: { format: 'png' as const, source: { bytes } } }));
const document = fc
  .record({ name: documentNames, format: fc.constantFrom('pdf', 'txt'), bytes })
  .map(({ name, format, bytes }) => ({ document: { name, format, source: { bytes } } as DocumentBlock }));

const pieces = fc.array(
  fc.oneof(
    texts.map((each): ToolResultContent => text(each)),
    jsonValues.map((json): ToolResultContent => ({ json })),
    image as fc.Arbitrary<ToolResultContent>,
  ),
  { maxLength: 2 },
);

const toolResult = fc
  .record({ toolUseId: toolUseIds, content: pieces, status: fc.constantFrom(undefined, 'success', 'error') })
  .map(({ status, ...rest }): ContentBlock => ({ toolResult: { ...rest, ...(status && { status }) } as never }));

const toolUse = fc
  .record({ toolUseId: toolUseIds, name: toolNames, input: jsonValues })
  .map((toolUse): ContentBlock => ({ toolUse }));

const reasoning = fc.oneof(
  fc.record({ text: fc.string(), signature: fc.constantFrom(undefined, 'sig', 's/+=') }).map(
    ({ text, signature }): ContentBlock => ({
      reasoningContent: { reasoningText: { text, ...(signature && { signature }) } },
    }),
  ),
  bytes.map((redactedContent): ContentBlock => ({ reasoningContent: { redactedContent } })),
);

const userBlocks = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: texts.map((each): ContentBlock => text(each)) },
    { weight: 4, arbitrary: toolResult },
    { weight: 1, arbitrary: image as fc.Arbitrary<ContentBlock> },
    { weight: 1, arbitrary: document as fc.Arbitrary<ContentBlock> },
    { weight: 1, arbitrary: point as fc.Arbitrary<ContentBlock> },
  ),
  { maxLength: 4 },
);

const assistantBlocks = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: texts.map((each): ContentBlock => text(each)) },
    { weight: 4, arbitrary: toolUse },
    { weight: 2, arbitrary: reasoning },
    { weight: 1, arbitrary: point as fc.Arbitrary<ContentBlock> },
  ),
  { maxLength: 4 },
);

const userTurn = userBlocks.map((content): Message => ({ role: 'user', content }));
const assistantTurn = assistantBlocks.map((content): Message => ({ role: 'assistant', content }));

const tool = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        name: toolNames,
        description: fc.constantFrom(undefined, '', ' ', 'Looks.'),
        json: fc.constantFrom<JsonValue[]>({ type: 'object' }, { properties: {} }, {}, true),
      })
      .map(
        ({ name, description, json }): Tool => ({
          toolSpec: { name, inputSchema: { json }, ...(description !== undefined && { description }) },
        }),
      ),
  },
  { weight: 1, arbitrary: point as fc.Arbitrary<Tool> },
);

const schemas = fc.constantFrom<JsonValue[]>(
  { type: 'object', properties: { rock: { type: 'string' } }, required: ['rock'], additionalProperties: false },
  { type: 'object', properties: { rock: { type: 'string', minLength: 1 } } },
  { type: 'array', items: { type: 'string' } },
);

const present = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** What people send: turns in any order, blocks anywhere their role may have them, names and ids of all kinds. */
export const brokenRequests: fc.Arbitrary<ConverseRequest> = fc
  .record({
    first: userTurn,
    messages: fc.array(fc.oneof(userTurn, assistantTurn), { maxLength: 7 }),
    last: words,
    system: fc.option(
      fc.array(fc.oneof(texts.map(text), point), { maxLength: 3 }) as fc.Arbitrary<ConverseRequest['system'] & {}>,
      { nil: undefined },
    ),
    tools: fc.option(fc.uniqueArray(tool, { maxLength: 3, selector: ({ toolSpec }) => toolSpec?.name ?? Symbol() }), {
      nil: undefined,
    }),
    choice: fc.constantFrom(undefined, undefined, { auto: {} }, { any: {} }),
    maxTokens: fc.constantFrom(undefined, 100, 10_000_000),
    stopSequences: fc.constantFrom(undefined, undefined, [], ['', '###']),
    schema: fc.option(schemas, { nil: undefined, freq: 4 }),
  })
  .map(({ first, messages, last, system, tools, choice, maxTokens, stopSequences, schema }) =>
    present({
      messages: [first, ...messages, { role: 'user' as const, content: [text(last)] }],
      system,
      toolConfig: tools && present({ tools, toolChoice: choice }),
      inferenceConfig: present({ maxTokens, stopSequences }),
      outputConfig:
        schema === undefined
          ? undefined
          : {
              textFormat: {
                type: 'json_schema' as const,
                structure: { jsonSchema: { schema: JSON.stringify(schema) } },
              },
            },
    } as ConverseRequest),
  );

/** What a model with these traits takes as it is. */
export function validRequests(traits: ModelTraits): fc.Arbitrary<ConverseRequest> {
  const hasTools = traits.tools?.supported === true;
  const signs = traits.family === 'claude' && traits.reasoning?.supported === true;
  const caches = traits.caching?.supported === true && traits.caching.places?.includes('messages') === true;

  const question = fc
    .record({ texts: fc.array(words, { minLength: 1, maxLength: 3 }), file: fc.boolean(), picture: fc.boolean() })
    .map(({ texts, file, picture }) => ({ texts, file, picture }));
  const exchange = fc.record({
    question,
    calls: fc.integer({ min: 0, max: hasTools ? 3 : 0 }),
    input: fc.record({ rock: fc.string() }),
    thought: fc.option(fc.string(), { nil: undefined }),
    answer: words,
  });
  return fc
    .record({
      exchanges: fc.array(exchange, { maxLength: 4 }),
      last: words,
      system: fc.boolean(),
      cached: fc.boolean(),
    })
    .map(({ exchanges, last, system, cached }) => {
      const messages: Message[] = [];
      let number = 0;
      for (const { question, calls, input, thought, answer } of exchanges) {
        number++;
        const content: ContentBlock[] = question.texts.map(text);
        const bytes = Uint8Array.of(number);
        if (question.file && traits.input?.document === true) {
          content.push({ document: { format: 'pdf', name: `report ${number}`, source: { bytes } } });
        }
        if (question.picture && traits.input?.image === true) {
          content.push({ image: { format: 'png', source: { bytes } } });
        }
        messages.push({ role: 'user', content });
        const thoughts: ContentBlock[] =
          signs && thought !== undefined
            ? [{ reasoningContent: { reasoningText: { text: thought, signature: `s${thought}` } } }]
            : [];
        const ids = Array.from({ length: calls }, (_, at) => `id${number}00000${at}`.padEnd(9, '0').slice(0, 9));
        if (calls > 0) {
          messages.push({
            role: 'assistant',
            content: [...thoughts, ...ids.map((toolUseId) => ({ toolUse: { toolUseId, name: 'look', input } }))],
          });
          messages.push({
            role: 'user',
            content: ids.toReversed().map((toolUseId) => ({ toolResult: { toolUseId, content: [{ json: input }] } })),
          });
        }
        messages.push({ role: 'assistant', content: [...(calls > 0 ? [] : thoughts), text(answer)] });
      }
      const points: ContentBlock[] = cached && caches ? [{ cachePoint: { type: 'default' } }] : [];
      messages.push({ role: 'user', content: [text(last), ...points] });
      return {
        messages,
        ...(hasTools && {
          toolConfig: { tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }] },
        }),
        ...(system && traits.systemPrompt !== false && { system: [text('Be brief.')] }),
      };
    });
}

const names = (
  'messages system toolConfig tools toolChoice role content text toolUse toolResult toolUseId name input json image ' +
  'document source bytes reasoningContent reasoningText signature cachePoint ttl type maxTokens stopSequences schema ' +
  'textFormat structure jsonSchema toolSpec inputSchema guardContent toolAddition tool searchResult any description'
).split(' ');

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, '', 'user', 'a', 0, Number.NaN, true, 'json_schema', '{}', Uint8Array.of(1)),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('anything'), { maxKeys: 3 }),
  ),
}));
const orAnything = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary }, anything);
const anyBlock = fc.dictionary(
  fc.constantFrom(
    'text',
    'toolUse',
    'toolResult',
    'document',
    'image',
    'reasoningContent',
    'cachePoint',
    'guardContent',
  ),
  orAnything(
    fc.record({
      toolUseId: fc.constantFrom('a', 'b'),
      name: fc.constant('look'),
      input: anything,
      content: fc.array(anything, { maxLength: 2 }),
    }),
  ),
  { minKeys: 1, maxKeys: 1 },
);

/** What no type allows, in the places where it hurts. */
export const hostileRequests = fc.record(
  {
    messages: orAnything(
      fc.array(
        orAnything(
          fc.record({
            role: fc.constantFrom('user', 'assistant', 'system'),
            content: orAnything(fc.array(orAnything(anyBlock), { maxLength: 3 })),
          }),
        ),
        { maxLength: 4 },
      ),
    ),
    system: orAnything(fc.array(anything, { maxLength: 2 })),
    toolConfig: orAnything(
      fc.record({
        tools: orAnything(fc.array(orAnything(fc.record({ toolSpec: anything })), { maxLength: 2 })),
        toolChoice: anything,
      }),
    ),
    outputConfig: orAnything(
      fc.record({ textFormat: fc.record({ type: fc.constant('json_schema'), structure: anything }) }),
    ),
    inferenceConfig: anything,
    guardrailConfig: anything,
    serviceTier: anything,
    requestMetadata: anything,
    additionalModelResponseFieldPaths: anything,
    additionalModelRequestFields: anything,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ConverseRequest>;
