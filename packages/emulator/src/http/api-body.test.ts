import { createEmulator } from '@outcrop/emulator';
import { anything, asyncProperty, assert as check, constantFrom, dictionary } from 'fast-check';
import { afterAll, expect, test } from 'vitest';

const emulator = await createEmulator();
afterAll(() => emulator.close());

const bodies = {
  '/guardrail/any/version/1/apply': { source: 'INPUT', content: [{ text: { text: 'Hi' } }] },
  '/guardrail-checks/invoke': {
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    checks: { sensitiveInformation: { entities: [{ type: 'EMAIL' }] } },
  },
  '/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/count-tokens': {
    input: { converse: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] } },
  },
};
const keys = ['source', 'content', 'messages', 'checks', 'input', 'converse', 'invokeModel', 'body', 'rock'];

test.each(Object.entries(bodies))('%s never fails on a body, whatever it holds', async (path, body) => {
  expect(await post(path, JSON.stringify(body))).toBe(200);
  const changes = dictionary(constantFrom(...keys), anything({ maxDepth: 4 }));
  const property = asyncProperty(changes, async (change) => {
    expect([200, 400]).toContain(await post(path, JSON.stringify({ ...body, ...change })));
    expect([200, 400]).toContain(await post(path, JSON.stringify({ ...body, input: change })));
  });
  await check(property);
});

test('what nobody knows of hides no fault behind it, however much it is', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`rock${index}`, index]));
  const body = JSON.stringify({ source: 'INPUT', content: [unknown, null] });
  expect(await post('/guardrail/any/version/1/apply', body)).toBe(400);
});

test.each(Object.keys(bodies))('%s refuses what is no JSON', async (path) => {
  expect(await post(path, '{')).toBe(400);
});

async function post(path: string, body: string): Promise<number> {
  return (await fetch(emulator.url + path, { method: 'POST', body })).status;
}
