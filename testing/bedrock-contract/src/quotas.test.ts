import { createUserMessage, ParallelLLMManager } from '@outcrop/bedrock';
import { createEmulator } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const modelId = 'amazon.nova-lite-v1:0';
const regions = ['us-east-1', 'us-west-2'];

test('a bulk run under quotas that it does not know loses nothing, and the service counts as many calls as it does', async () => {
  const shape = { kind: 'token_bucket', burstSeconds: 1 } as const;
  const emulator = await createEmulator({
    quotas: regions.map((region) => ({ region, requestsPerMinute: 1_200, shape })),
  });
  onTestFinished(emulator.close);
  await using manager = new ParallelLLMManager({
    models: [modelId],
    regions,
    endpoint: emulator.url,
    auth: { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } },
    env: {},
  });
  const message = await createUserMessage().addText('Which rock is this?').build();
  const request = { messages: [message], inferenceConfig: { maxTokens: 50 } };
  const result = await manager.converseParallel(Array.from({ length: 200 }, () => request));

  const { admitted, throttled } = emulator.ledger();
  expect([result.ok, result.successRate]).toEqual([200, 1]);
  expect([admitted, throttled]).toEqual([200, result.throttles]);
  expect(Object.keys(result.byRegion).toSorted()).toEqual(regions);
});
