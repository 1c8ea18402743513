import { type ConverseRequest, citationsOf, type JsonValue, textOf, toolUsesOf } from '@outcrop/converse';
import { createEmulator, signReasoning } from '@outcrop/emulator';
import { afterAll, expect, test } from 'vitest';

const emulator = await createEmulator({
  models: { 'outcrop.rock-v1:0': {}, 'outcrop.claude-v1:0': { family: 'claude' } },
});
afterAll(() => emulator.close());
const model = emulator.connect({
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
  region: 'us-east-1',
  route: 'in_region',
});
// Models of which nothing more is known, which may do anything.
const capable = emulator.connect({ model: 'Rock', id: 'outcrop.rock-v1:0', region: 'us-east-1', route: 'in_region' });
const claude = emulator.connect({
  model: 'Claude',
  id: 'outcrop.claude-v1:0',
  region: 'us-east-1',
  route: 'in_region',
});

test('says what it received', async () => {
  const bytes = new Uint8Array(2_000);
  const reply = await model.converse({
    messages: [
      {
        role: 'user',
        content: [
          { text: 'What is "this"?' },
          { image: { format: 'png', source: { bytes } } },
          { image: { format: 'jpeg', source: { s3Location: { uri: 's3://rocks/1.jpeg' } } } },
          { document: { format: 'pdf', name: 'Report', source: { bytes } } },
          { document: { name: 'Notes', source: { text: 'Hard.' } } },
          { video: { format: 'mp4', source: { bytes } } },
          { audio: { format: 'wav', source: { bytes } } },
        ],
      },
    ],
  });
  expect(textOf(reply)).toBe(
    'You said: "What is \\"this\\"?". I see a png image of 2000 bytes. ' +
      'I see a jpeg image of unknown size, at s3://rocks/1.jpeg. I have the pdf document "Report" of 2000 bytes. ' +
      'I have the txt document "Notes" of 5 characters. I see a mp4 video of 2000 bytes. I hear wav audio of 2000 bytes.',
  );
  expect(reply.stopReason).toBe('end_turn');
});

test('counts four characters as a token, and every picture alike', async () => {
  const image = { format: 'png' as const, source: { bytes: new Uint8Array(10) } };
  const { usage } = await model.converse(asking('12345678', { system: [{ text: '12345' }] }));
  expect(usage).toEqual({ inputTokens: 4, outputTokens: 6, totalTokens: 10 });
  const seen = await model.converse({ messages: [{ role: 'user', content: [{ text: '1234' }, { image }] }] });
  expect(seen.usage.inputTokens).toBe(1_601);
});

test.each<[string, ConverseRequest['inferenceConfig'], string, string]>([
  ['maxTokens', { maxTokens: 3 }, 'You said: "G', 'max_tokens'],
  ['a stop sequence', { stopSequences: ['quartz', ', '] }, 'You said: "Granite', 'stop_sequence'],
  ['whichever comes first', { maxTokens: 4, stopSequences: [', '] }, 'You said: "Grani', 'max_tokens'],
  [
    'none that does not come',
    { maxTokens: 100, stopSequences: ['basalt'] },
    'You said: "Granite, quartz.".',
    'end_turn',
  ],
])('keeps to %s', async (_, inferenceConfig, text, stopReason) => {
  const reply = await model.converse(asking('Granite, quartz.', { inferenceConfig }));
  expect({ text: textOf(reply), stopReason: reply.stopReason }).toEqual({ text, stopReason });
});

test('calls the tool that the prompt names, and says what it found', async () => {
  const { messages = [], toolConfig } = asking('Use get_weather for Bergen.', tools());
  const asked = await model.converse({ messages, toolConfig });
  expect(asked.stopReason).toBe('tool_use');
  const [call] = toolUsesOf(asked);
  expect(call).toEqual({ toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'example', days: 1 } });
  const content = [{ json: { celsius: 9 } }, { text: 'Rain.' }];
  const results = { role: 'user' as const, content: [{ toolResult: { toolUseId: 'tooluse_1', content } }] };
  const told = await model.converse({ messages: [...messages, asked.output.message, results], toolConfig });
  expect(textOf(told)).toBe('The tool answered: {"celsius":9} Rain.');
});

test.each<[string, ConverseRequest, string[]]>([
  ['none that the prompt does not name', asking('Which rock?', tools()), []],
  ['one if it has to', asking('Which rock?', tools({ any: {} })), ['get_time']],
  ['the one that it has to', asking('Which rock?', tools({ tool: { name: 'get_weather' } })), ['get_weather']],
])('calls of its tools %s', async (_, request, names) => {
  const replies = [await model.converse(request), await model.converseStream(request).response];
  for (const reply of replies) expect(toolUsesOf(reply).map(({ name }) => name)).toEqual(names);
});

test.each<[JsonValue, JsonValue]>([
  [{ type: 'string', enum: ['hard', 'soft'] }, 'hard'],
  [{ const: 7 }, 7],
  [{ type: ['null', 'string'], minLength: 9 }, 'example..'],
  [{ type: 'string', format: 'date' }, '2026-01-01'],
  [{ type: 'integer', exclusiveMinimum: 3 }, 4],
  [{ type: 'integer', minimum: 2.5, multipleOf: 5 }, 5],
  [{ type: 'number', maximum: -1 }, -1],
  [{ type: 'array', minItems: 2, items: { type: 'boolean' } }, [true, true]],
  [{ anyOf: [{ type: 'null' }, { type: 'number' }] }, 0],
  [{ allOf: [{ properties: { a: { type: 'number' } } }, { required: ['a'] }] }, { a: 0 }],
  [{ $ref: '#/properties/value/$defs/rock', $defs: { rock: { type: 'string' } } }, 'example'],
])('gives a tool an input that its schema allows: %j', async (value, example) => {
  const schema = { type: 'object', required: ['value'], properties: { value } };
  const toolSpec = { name: 'classify', inputSchema: { json: schema } };
  const request = asking('Now classify.', { toolConfig: { tools: [{ toolSpec }] } });
  expect(toolUsesOf(await model.converse(request))[0]?.input).toEqual({ value: example });
});

test('answers with JSON of the schema that was asked for', async () => {
  const schema = {
    type: 'object',
    properties: { rock: { type: 'string', enum: ['granite', 'gneiss'] }, hardness: { type: 'number', const: 6 } },
    required: ['rock', 'hardness'],
    additionalProperties: false,
  };
  const textFormat = { type: 'json_schema' as const, structure: { jsonSchema: { schema: JSON.stringify(schema) } } };
  const reply = await capable.converse(asking('Which rock?', { outputConfig: { textFormat } }));
  expect(JSON.parse(textOf(reply))).toEqual({ rock: 'granite', hardness: 6 });
});

test.each<[string, JsonValue]>([
  ['a budget', { thinking: { type: 'enabled', budget_tokens: 1_024 } }],
  ['adaptive thinking', { thinking: { type: 'adaptive' } }],
  ["Nova's own field", { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }],
])('thinks if it is asked to by %s, and signs that as Claude', async (_, additionalModelRequestFields) => {
  const request = asking('Which rock?', { additionalModelRequestFields });
  const text = 'There are 1 blocks in the last turn. I go through them one by one.';
  for (const reply of [await claude.converse(request), await claude.converseStream(request).response]) {
    expect(reply.output.message.content).toEqual([
      { reasoningContent: { reasoningText: { text, signature: signReasoning(text) } } },
      { text: 'You said: "Which rock?".' },
    ]);
  }
  const { output } = await capable.converse(request);
  expect(output.message.content[0]).toEqual({ reasoningContent: { reasoningText: { text } } });
});

test('cites documents and passages that allow it, each by what it has', async () => {
  const citations = { enabled: true };
  const passage = { source: 'https://example.com', title: 'Rocks', content: [{ text: 'Mica glitters.' }], citations };
  const reply = await capable.converse({
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Which?' },
          { document: { name: 'Silent', source: { text: 'No.' } } },
          { document: { name: 'Notes', source: { text: 'Granite is hard.' }, citations } },
          { document: { format: 'pdf', name: 'Report', source: { bytes: Buffer.from('%PDF-1.4') }, citations } },
          { document: { name: 'Parts', source: { content: [{ text: 'Quartz.' }] }, citations } },
          { searchResult: passage },
        ],
      },
    ],
  });
  expect(citationsOf(reply)).toEqual([
    {
      title: 'Notes',
      sourceContent: [{ text: 'Granite is hard.' }],
      location: { documentChar: { documentIndex: 1, start: 0, end: 16 } },
    },
    { title: 'Report', location: { documentPage: { documentIndex: 2, start: 1, end: 2 } } },
    {
      title: 'Parts',
      sourceContent: [{ text: 'Quartz.' }],
      location: { documentChunk: { documentIndex: 3, start: 0, end: 1 } },
    },
    {
      title: 'Rocks',
      source: 'https://example.com',
      sourceContent: [{ text: 'Mica glitters.' }],
      location: { searchResultLocation: { searchResultIndex: 0, start: 0, end: 1 } },
    },
  ]);
  expect(textOf(reply)).toContain('This stands in "Notes".');
});

function asking(text: string, more: ConverseRequest = {}): ConverseRequest {
  return { messages: [{ role: 'user', content: [{ text }] }], ...more };
}

function tools(toolChoice?: NonNullable<ConverseRequest['toolConfig']>['toolChoice']): ConverseRequest {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 }, unit: { enum: ['C', 'F'] } },
    required: ['city', 'days'],
  };
  const specs = [
    { name: 'get_time', inputSchema: { json: { type: 'object' } } },
    { name: 'get_weather', inputSchema: { json: schema } },
  ];
  return { toolConfig: { tools: specs.map((toolSpec) => ({ toolSpec })), toolChoice } };
}
