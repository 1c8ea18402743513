import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  type Message,
} from '@aws-sdk/client-bedrock-runtime';
import { bedrockError, createEmulator, throttle } from '@outcrop/emulator';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClient, transports } from './clients.ts';

const modelId = 'eu.amazon.nova-lite-v1:0';
const messages = [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }];

describe.each(transports)('over %s', (_, config) => {
  test('answers', async () => {
    await using emulator = await createEmulator({ respond: () => 'Granite.' });
    const client = createClient(emulator.url, config);
    const { output, stopReason } = await client.send(new ConverseCommand({ modelId, messages }));
    expect({ output, stopReason }).toEqual({
      output: { message: { role: 'assistant', content: [{ text: 'Granite.' }] } },
      stopReason: 'end_turn',
    });
    expect(emulator.requests).toMatchObject([{ operation: 'Converse', modelId, region: 'eu-west-1' }]);
  });

  test('streams', async () => {
    await using emulator = await createEmulator({ respond: () => 'Granite, surely.' });
    const client = createClient(emulator.url, config);
    const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, messages }));
    const kinds: (string | undefined)[] = [];
    for await (const event of stream) kinds.push(Object.keys(event)[0]);
    expect(kinds).toEqual(['messageStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata']);
  });

  test('refuses', async () => {
    await using emulator = await createEmulator();
    const client = createClient(emulator.url, config);
    emulator.when().reply(throttle('tokens'), bedrockError('ServiceUnavailableException'));
    await expect(client.send(new ConverseCommand({ modelId, messages }))).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Too many tokens, please wait before trying again.',
      $metadata: { httpStatusCode: 429, requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
    });
    await expect(client.send(new ConverseStreamCommand({ modelId, messages }))).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      $metadata: { httpStatusCode: 503 },
    });
  });

  test('is shown an image, calls a tool and uses its result', async () => {
    await using emulator = await createEmulator();
    const client = createClient(emulator.url, config);
    const bytes = new Uint8Array([137, 80, 78, 71]);
    const inputSchema = { json: { type: 'object', properties: { kind: { enum: ['granite'] } }, required: ['kind'] } };
    const toolConfig = { tools: [{ toolSpec: { name: 'find_rock', inputSchema } }] };
    const question: Message = {
      role: 'user',
      content: [{ text: 'Use find_rock.' }, { image: { format: 'png', source: { bytes } } }],
    };
    const asked = await client.send(new ConverseCommand({ modelId, messages: [question], toolConfig }));
    const toolUse = { toolUseId: 'tooluse_1', name: 'find_rock', input: { kind: 'granite' } };
    expect(asked.output?.message?.content).toEqual([{ toolUse }]);
    expect(emulator.requests[0]?.request.messages?.[0]?.content[1]?.image?.source.bytes).toEqual(bytes);

    const result: Message = {
      role: 'user',
      content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'In Bergen.' }] } }],
    };
    const answer: Message = { role: 'assistant', content: [{ toolUse }] };
    const { stream = [] } = await client.send(
      new ConverseStreamCommand({ modelId, messages: [question, answer, result], toolConfig }),
    );
    let text = '';
    for await (const event of stream) text += event.contentBlockDelta?.delta?.text ?? '';
    expect(text).toBe('The tool answered: In Bergen.');
  });

  test('is addressed by an ARN', async () => {
    await using emulator = await createEmulator();
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/granite123';
    await createClient(emulator.url, config).send(new ConverseCommand({ modelId: arn, messages }));
    expect(emulator.requests.map((call) => call.modelId)).toEqual([arn]);
  });
});

test('is reached by the client as it comes, by one environment variable, retries and all', async () => {
  await using emulator = await createEmulator();
  const variables = {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: emulator.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  emulator.when().reply(bedrockError('InternalServerException'), bedrockError('InternalServerException'), 'Granite.');
  const { output, $metadata } = await new BedrockRuntimeClient().send(new ConverseCommand({ modelId, messages }));
  expect([output?.message?.content, $metadata.attempts]).toEqual([[{ text: 'Granite.' }], 3]);
});
