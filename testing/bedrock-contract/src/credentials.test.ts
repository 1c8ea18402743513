import { LLMManager } from '@outcrop/bedrock';
import { isConverseError } from '@outcrop/converse';
import { bedrockError, createEmulator } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';

const request = { messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }] };
const old = { accessKeyId: 'AKIDOLD', secretAccessKey: 'old-secret', sessionToken: 'old-token' };

async function start(auth: object, transport: 'sdk' | 'direct', errors: string[]) {
  const emulator = await createEmulator();
  const manager = new LLMManager({
    models: ['Nova Lite'],
    regions: ['us-east-1', 'us-west-2'],
    auth: auth as never,
    endpoint: emulator.url,
    transport,
    env: {},
  });
  emulator.when().reply(...errors.map((name) => bedrockError(name as never)));
  onTestFinished(async () => {
    await manager.close();
    await emulator.close();
  });
  return { emulator, manager };
}

const ways = (['sdk', 'direct'] as const).flatMap((transport) =>
  (['converse', 'converseStream'] as const).map((method) => [transport, method] as const),
);

test.each(ways)('an expired token is renewed once, below one attempt: %s, %s', async (transport, method) => {
  const given = [old, { ...old, accessKeyId: 'AKIDNEW' }];
  let asked = 0;
  const credentials = () => given[Math.min(asked++, 1)];
  const { emulator, manager } = await start({ credentials }, transport, ['ExpiredTokenException']);
  const answer = manager[method](request);
  const reply = await ('response' in answer ? answer.response : answer);
  expect(reply.attempts).toHaveLength(1);
  expect(reply.servedBy?.region).toBe('us-east-1');
  expect(emulator.requests).toHaveLength(2);
  expect(asked).toBe(2);
});

test.each(ways)('what can not be renewed ends the call at once: %s, %s', async (transport, method) => {
  const { emulator, manager } = await start({ credentials: old }, transport, ['ExpiredTokenException']);
  const answer = manager[method](request);
  const error = await Promise.resolve('response' in answer ? answer.response : answer).catch((error) => error);
  expect(isConverseError(error) && [error.code, error.attempts.length]).toEqual(['credentials', 1]);
  expect(emulator.requests).toHaveLength(1);
  expect(JSON.stringify(error)).not.toContain('old-secret');
});

test('a token that has expired again right after it was renewed is not asked for for ever', async () => {
  const errors = Array<string>(5).fill('ExpiredTokenException');
  const { emulator, manager } = await start({ credentials: () => old }, 'sdk', errors);
  const error = await manager.converse(request).catch((error) => error);
  expect(isConverseError(error) && error.code).toBe('credentials');
  expect(emulator.requests).toHaveLength(2);
});

test('a function that throws says that there are no credentials, and nothing is sent', async () => {
  const credentials = () => {
    throw new Error('The vault is closed.');
  };
  const { emulator, manager } = await start({ credentials }, 'sdk', []);
  const error = await manager.converse(request).catch((error) => error);
  expect(isConverseError(error) && [error.code, error.message]).toEqual([
    'credentials',
    expect.stringContaining('The vault is closed.'),
  ]);
  expect(emulator.requests).toEqual([]);
});
