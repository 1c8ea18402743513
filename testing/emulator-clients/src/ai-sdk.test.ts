import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { toolCall } from '@outcrop/converse/testing';
import { bedrockError, throttle } from '@outcrop/emulator';
import { APICallError, generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { claude, credentials, nova, pdf, png, region, startBedrock } from './bedrock.ts';

async function start() {
  const emulator = await startBedrock();
  // This one signs with fetch, and takes its endpoint by an option.
  return { emulator, bedrock: createAmazonBedrock({ ...credentials, region, baseURL: emulator.url }) };
}

test('text', async () => {
  const { emulator, bedrock } = await start();
  emulator.when({ modelId: nova, operation: 'Converse' }).reply('Granite.');
  const { text, finishReason, usage } = await generateText({
    model: bedrock(nova),
    system: 'You know rocks.',
    prompt: 'Which rock is this?',
    maxOutputTokens: 20,
    temperature: 0.2,
  });
  expect([text, finishReason, usage.outputTokens]).toEqual(['Granite.', 'stop', 2]);
  expect(emulator.requests[0]).toMatchObject({
    region,
    request: {
      system: [{ text: 'You know rocks.' }],
      messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }],
      inferenceConfig: { maxTokens: 20, temperature: 0.2 },
    },
  });
});

test('a stream, piece by piece', async () => {
  const { emulator, bedrock } = await start();
  emulator.when({ operation: 'ConverseStream' }).reply('Quartz, feldspar and mica make granite.');
  const { textStream, usage, finishReason } = streamText({ model: bedrock(nova), prompt: 'What is granite?' });
  const pieces: string[] = [];
  for await (const piece of textStream) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe('Quartz, feldspar and mica make granite.');
  expect([(await usage).outputTokens, await finishReason]).toEqual([10, 'stop']);
});

test('tools, over two steps', async () => {
  const { emulator, bedrock } = await start();
  emulator.when().reply(
    {
      output: {
        message: { role: 'assistant', content: [{ text: 'Let me look.' }, toolCall('hardness', { rock: 'granite' })] },
      },
      stopReason: 'tool_use',
    },
    'Its hardness is 6.5.',
  );
  const hardness = tool({
    description: 'How hard a rock is.',
    inputSchema: z.object({ rock: z.string() }),
    execute: async ({ rock }) => ({ rock, mohs: 6.5 }),
  });
  const { text, steps } = await generateText({
    model: bedrock(claude),
    prompt: 'How hard is granite?',
    tools: { hardness },
    stopWhen: stepCountIs(3),
  });
  expect([text, steps.length]).toEqual(['Its hardness is 6.5.', 2]);
  const [, second] = emulator.requests;
  expect(second?.request.messages?.at(-1)).toMatchObject({
    role: 'user',
    content: [{ toolResult: { content: [{ text: JSON.stringify({ rock: 'granite', mohs: 6.5 }) }] } }],
  });
});

test('images and documents', async () => {
  const { emulator, bedrock } = await start();
  const { text } = await generateText({
    model: bedrock(claude),
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'file', data: png, mediaType: 'image/png' },
          { type: 'file', data: pdf, mediaType: 'application/pdf', filename: 'report.pdf' },
        ],
      },
    ],
  });
  expect(text).toContain('What is this?');
  expect(emulator.requests[0]?.request.messages?.[0]?.content).toMatchObject([
    { text: 'What is this?' },
    { image: { format: 'png', source: { bytes: new Uint8Array(png) } } },
    { document: { format: 'pdf', source: { bytes: new Uint8Array(pdf) } } },
  ]);
});

test('structured output', async () => {
  const { bedrock } = await start();
  const schema = z.object({ rock: z.string(), mohs: z.number() });
  const { output } = await generateText({
    model: bedrock(claude),
    prompt: 'Describe granite.',
    output: Output.object({ schema }),
  });
  expect(schema.safeParse(output).success).toBe(true);
});

test.each([
  ['a throttle', throttle(), 429, true],
  ['an outage', bedrockError('ServiceUnavailableException'), 503, true],
  ['a refusal', bedrockError('ValidationException', 'The text field is blank.'), 400, false],
])('errors: %s', async (_, error, statusCode, isRetryable) => {
  const { emulator, bedrock } = await start();
  emulator.when().always(error);
  const failure = await generateText({ model: bedrock(nova), prompt: 'Hello', maxRetries: 0 }).catch((error) => error);
  expect(APICallError.isInstance(failure)).toBe(true);
  expect(failure).toMatchObject({ statusCode, isRetryable, message: error.message });
});
