import { type ConverseRequest, type JsonValue, textOf, toolUsesOf } from '@outcrop/converse';
import { createEmulator } from '@outcrop/emulator';
import { afterAll, expect, test } from 'vitest';

const emulator = await createEmulator();
afterAll(() => emulator.close());
const model = emulator.connect({
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
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
