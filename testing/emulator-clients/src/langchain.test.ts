import { ChatBedrockConverse } from '@langchain/aws';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { toolCall } from '@outcrop/converse/testing';
import { bedrockError, throttle } from '@outcrop/emulator';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { claude, nova, pdf, png, region, startBedrock } from './bedrock.ts';

// It uses AWS's own client, so the environment is all that points it here.
const chat = (model = nova, options = {}) => new ChatBedrockConverse({ model, region, maxRetries: 0, ...options });

test('text', async () => {
  const emulator = await startBedrock();
  emulator.when({ operation: 'Converse' }).reply('Granite.');
  const reply = await chat(nova, { maxTokens: 20, temperature: 0.2 }).invoke([
    new SystemMessage('You know rocks.'),
    new HumanMessage('Which rock is this?'),
  ]);
  expect(reply).toMatchObject({ text: 'Granite.', usage_metadata: { output_tokens: 2 } });
  expect(emulator.requests[0]).toMatchObject({
    region,
    modelId: nova,
    request: { system: [{ text: 'You know rocks.' }], inferenceConfig: { maxTokens: 20, temperature: 0.2 } },
  });
});

test('a stream, piece by piece', async () => {
  const emulator = await startBedrock();
  emulator.when({ operation: 'ConverseStream' }).reply('Quartz, feldspar and mica make granite.');
  const pieces: string[] = [];
  for await (const chunk of await chat().stream('What is granite?')) if (chunk.text) pieces.push(chunk.text);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe('Quartz, feldspar and mica make granite.');
});

test('tools', async () => {
  const emulator = await startBedrock();
  const called = toolCall('hardness', { rock: 'granite' });
  emulator
    .when()
    .reply({ output: { message: { role: 'assistant', content: [called] } }, stopReason: 'tool_use' }, 'It is 6.5.');
  const hardness = tool(({ rock }: { rock: string }) => `${rock}: 6.5`, {
    name: 'hardness',
    description: 'How hard a rock is.',
    schema: z.object({ rock: z.string() }),
  });
  const model = chat(claude).bindTools([hardness]);
  const question = new HumanMessage('How hard is granite?');
  const first = await model.invoke([question]);
  expect(first.tool_calls).toMatchObject([{ name: 'hardness', args: { rock: 'granite' } }]);
  const [call] = first.tool_calls ?? [];
  if (call === undefined) throw new Error('There is no call.');
  const second = await model.invoke([question, first, await hardness.invoke({ ...call, type: 'tool_call' })]);
  expect(second.text).toBe('It is 6.5.');
  expect(emulator.requests[1]?.request.messages?.at(-1)?.content).toMatchObject([
    { toolResult: { toolUseId: call.id, content: [{ text: 'granite: 6.5' }] } },
  ]);
});

test('images and documents', async () => {
  const emulator = await startBedrock();
  const content = [
    { type: 'text' as const, text: 'What is this?' },
    { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${png.toString('base64')}` } },
    { type: 'document' as const, document: { name: 'report', format: 'pdf', source: { bytes: pdf } } },
  ];
  await chat(claude).invoke([new HumanMessage({ content })]);
  expect(emulator.requests[0]?.request.messages?.[0]?.content).toMatchObject([
    { text: 'What is this?' },
    { image: { format: 'png', source: { bytes: new Uint8Array(png) } } },
    { document: { format: 'pdf', name: 'report', source: { bytes: new Uint8Array(pdf) } } },
  ]);
});

test('structured output', async () => {
  await startBedrock();
  const schema = z.object({ rock: z.string(), mohs: z.number() });
  const reply = await chat(claude).withStructuredOutput(schema).invoke('Call the tool extract and describe granite.');
  expect(schema.safeParse(reply).success).toBe(true);
});

test.each([
  ['a throttle', throttle(), 'ThrottlingException', 429],
  ['an outage', bedrockError('ServiceUnavailableException'), 'ServiceUnavailableException', 503],
  ['a refusal', bedrockError('ValidationException', 'The text field is blank.'), 'ValidationException', 400],
])('errors: %s', async (_, error, name, status) => {
  const emulator = await startBedrock();
  emulator.when().always(error);
  const failure = await chat()
    .invoke('Hello')
    .catch((error) => error);
  expect([failure.name, failure.message, failure.$metadata?.httpStatusCode]).toEqual([name, error.message, status]);
});
