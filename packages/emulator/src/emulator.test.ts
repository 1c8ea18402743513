import { textOf } from '@outcrop/converse';
import { responseFromJson } from '@outcrop/converse/json';
import { createEmulator } from '@outcrop/emulator';
import { expect, test } from 'vitest';

const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };
const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };

test('answers in process and over HTTP alike', async () => {
  await using emulator = await createEmulator();
  const here = await emulator.connect(target).converse(request);
  const response = await fetch(`${emulator.url}/model/amazon.nova-lite-v1%3A0/converse`, {
    method: 'POST',
    body: JSON.stringify(request),
  });
  const there = responseFromJson(await response.json());
  expect(textOf(there)).toBe(textOf(here));
  expect(there.usage).toEqual(here.usage);
});
