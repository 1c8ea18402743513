import { createEmulator, type Guardrail, type PiiType } from '@outcrop/emulator';
import { expect, test } from 'vitest';

test.each<[Guardrail, string]>([
  [
    { pii: { SHOE_SIZE: 'BLOCK' } as Partial<Record<PiiType, 'BLOCK'>> },
    'guardrails.rocks.pii has to be one of AWS_ACCESS_KEY, ',
  ],
  [
    { regexes: [{ name: 'open', pattern: '(', action: 'BLOCK' }] },
    'guardrails.rocks.regexes[0].pattern is no regular expression.',
  ],
])('refuses a guardrail that cannot be, %j', async (guardrail, message) => {
  await expect(createEmulator({ guardrails: { rocks: guardrail } })).rejects.toThrow(message);
});

test('looks at a very long text without getting lost in it', async () => {
  const pii = { EMAIL: 'BLOCK', URL: 'ANONYMIZE', PHONE: 'BLOCK', IP_ADDRESS: 'ANONYMIZE' } as const;
  await using emulator = await createEmulator({ guardrails: { rocks: { words: ['a b'], pii } } });
  for (const text of ['a'.repeat(200_000), '1.'.repeat(100_000), 'http://'.repeat(30_000)]) {
    const response = await fetch(`${emulator.url}/guardrail/rocks/version/1/apply`, {
      method: 'POST',
      body: JSON.stringify({ source: 'INPUT', content: [{ text: { text } }] }),
    });
    expect(response.status).toBe(200);
  }
});
