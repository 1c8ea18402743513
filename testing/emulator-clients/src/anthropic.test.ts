import AnthropicBedrock from '@anthropic-ai/bedrock-sdk';
import { eventsOf } from '@outcrop/converse/testing';
import { bedrockError, createEmulator, throttle } from '@outcrop/emulator';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';

const emulator = await createEmulator();
afterAll(() => emulator.close());

const client = new AnthropicBedrock({
  baseURL: emulator.url,
  awsRegion: 'eu-west-1',
  awsAccessKey: 'AKIDEXAMPLE',
  awsSecretKey: 'not-a-secret',
  maxRetries: 0,
});

const model = 'eu.anthropic.claude-opus-4-8';
const asked = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: 'Which rock?' }] };
const answer = 'You said: "Which rock?".';

test('asks for a text', async () => {
  const message = await client.messages.create(asked);
  expect(message).toMatchObject({
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: answer }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 6, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  });
  expect(emulator.requests.at(-1)).toMatchObject({ operation: 'InvokeModel', modelId: model, region: 'eu-west-1' });
});

test('finds its way by the environment alone', async () => {
  const variables = {
    ANTHROPIC_BEDROCK_BASE_URL: emulator.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await new AnthropicBedrock().messages.create(asked)).toMatchObject({ content: [{ text: answer }] });
  expect(emulator.requests.at(-1)?.region).toBe('eu-central-1');
});

test('streams a text, event by event and as a whole', async () => {
  const stream = client.messages.stream(asked);
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  expect([...new Set(types)]).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  const { content, stop_reason, usage } = await stream.finalMessage();
  expect({ content, stop_reason, usage }).toMatchObject({
    content: [{ type: 'text', text: answer }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 6 },
  });
  expect(emulator.requests.at(-1)?.operation).toBe('InvokeModelWithResponseStream');
});

test('is stopped by a sequence, and told by which', async () => {
  const message = await client.messages.create({ ...asked, stop_sequences: ['rock'] });
  expect([message.stop_reason, message.stop_sequence]).toEqual(['stop_sequence', 'rock']);
});

test('calls a tool, streamed too, and tells what came of it', async () => {
  const tools = [
    {
      name: 'find_rock',
      description: 'Finds rocks.',
      input_schema: { type: 'object' as const, properties: { kind: { enum: ['granite'] } }, required: ['kind'] },
    },
  ];
  const question = { role: 'user' as const, content: 'Use find_rock.' };
  const first = { ...asked, tools, messages: [question] };
  const call = { type: 'tool_use', name: 'find_rock', input: { kind: 'granite' } };
  const message = await client.messages.create(first);
  expect([message.content, message.stop_reason]).toMatchObject([[call], 'tool_use']);
  expect((await client.messages.stream(first).finalMessage()).content).toMatchObject([call]);

  const [use] = message.content;
  if (use?.type !== 'tool_use') throw new TypeError('That is no call.');
  const told = await client.messages.create({
    ...first,
    messages: [
      question,
      { role: 'assistant', content: message.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'In Bergen.' }] },
    ],
  });
  expect(told.content).toMatchObject([{ type: 'text', text: 'The tool answered: In Bergen.' }]);
});

test('shows pictures and documents', async () => {
  const data = Buffer.from([137, 80, 78, 71]).toString('base64');
  const message = await client.messages.create({
    ...asked,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
          { type: 'document', title: 'Report', source: { type: 'base64', media_type: 'application/pdf', data } },
          { type: 'document', title: 'Notes', source: { type: 'text', media_type: 'text/plain', data: 'Hard.' } },
          { type: 'text', text: 'Which rock?' },
        ],
      },
    ],
  });
  expect(message.content).toMatchObject([
    {
      text:
        'I see a png image of 4 bytes. I have the pdf document "Report" of 4 bytes. ' +
        `I have the txt document "Notes" of 5 characters. ${answer}`,
    },
  ]);
});

test('is shown thinking, and sends it back as it came', async () => {
  const thought = { reasoningContent: { reasoningText: { text: 'Quartz, so …', signature: 'c2lnbmVk' } } };
  const content = [thought, { text: 'Granite.' }];
  const reply = { output: { message: { role: 'assistant' as const, content } } };
  emulator.when().reply(reply, reply);
  const thinking = [
    { type: 'thinking', thinking: 'Quartz, so …', signature: 'c2lnbmVk' },
    { type: 'text', text: 'Granite.' },
  ];
  const message = await client.messages.create(asked);
  expect(message.content).toEqual(thinking);
  const streamed = await client.messages.stream(asked).finalMessage();
  expect(streamed.content).toEqual(thinking);
  await client.messages.create({
    ...asked,
    messages: [...asked.messages, { role: 'assistant', content: message.content }, { role: 'user', content: 'Sure?' }],
  });
  expect(emulator.requests.at(-1)?.request.messages?.[1]?.content).toEqual(content);
});

test('is shown where a text comes from', async () => {
  const location = { documentChar: { documentIndex: 0, start: 0, end: 5 } };
  const citations = [{ title: 'Notes', sourceContent: [{ text: 'Hard.' }], location }];
  const block = { citationsContent: { content: [{ text: 'It is hard.' }], citations } };
  const reply = { output: { message: { role: 'assistant' as const, content: [block] } } };
  emulator.when().reply(reply, reply);
  const cited = {
    type: 'text',
    text: 'It is hard.',
    citations: [
      {
        type: 'char_location',
        cited_text: 'Hard.',
        document_index: 0,
        document_title: 'Notes',
        start_char_index: 0,
        end_char_index: 5,
      },
    ],
  };
  expect((await client.messages.create(asked)).content).toEqual([cited]);
  expect((await client.messages.stream(asked).finalMessage()).content).toEqual([cited]);
});

test.each([
  ['a throttle', throttle(), 429, 'RateLimitError'],
  ['an outage', bedrockError('ServiceUnavailableException'), 503, 'ServiceUnavailableError'],
  ['no access', bedrockError('AccessDeniedException'), 403, 'PermissionDeniedError'],
  ['an unknown model', bedrockError('ResourceNotFoundException'), 404, 'NotFoundError'],
])('is told of %s', async (_, error, status, name) => {
  emulator.when().reply(error);
  const call = client.messages.create(asked);
  await expect(call).rejects.toMatchObject({ status, message: expect.stringContaining(error.message) });
  await expect(call).rejects.toSatisfy((error: Error) => error.constructor.name === name);
});

test('is refused what Bedrock does not know', async () => {
  const call = client.messages.create({ ...asked, granite: true } as typeof asked);
  await expect(call).rejects.toMatchObject({ status: 400, message: expect.stringContaining('granite: Extra inputs') });
});

test('is refused by models that do not know its version of the API, unless it names an older one', async () => {
  const older = { ...asked, model: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0' };
  await expect(client.messages.create(older)).rejects.toMatchObject({
    status: 400,
    message: expect.stringMatching(/Invalid API version: \d{4}-/),
  });
  const headers = { 'anthropic-version': 'bedrock-2023-05-31' };
  expect(await client.messages.create(older, { headers })).toMatchObject({ content: [{ text: answer }] });
});

test('sees a stream that breaks off', async () => {
  const half = eventsOf('Half an answer is none.').slice(0, 3);
  emulator.when().reply([...half, bedrockError('ThrottlingException')]);
  let text = '';
  const read = async () => {
    for await (const event of await client.messages.create({ ...asked, stream: true })) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    }
  };
  await expect(read()).rejects.toThrow();
  expect(text).not.toBe('');
});
