import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { bedrockError, createEmulator, throttle } from '@outcrop/emulator';
import { describe, expect, test } from 'vitest';
import { createClient, transports } from './clients.ts';

const modelId = 'amazon.nova-lite-v1:0';
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
});
