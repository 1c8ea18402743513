import { isConfigurationError } from '@outcrop/converse';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEmulator, type EmulatorOptions } from '../index.ts';

const junk = fc.oneof(
  fc.constantFrom(Number.NaN, -1, 0.5, 70_000, Number.POSITIVE_INFINITY, '', ' ', 'x', '__proto__'),
  fc.constantFrom(null, true, 1n, Symbol('x'), new Date(0), Promise.resolve(), [], [[]], [null], {}, { a: null }),
  fc.anything(),
);

// Not `host`, which asks the system for that name, nor `tls`, of which Node says what is wrong.
test.each([
  ...['port', 'region', 'credentials', 'credentialsLifetimeMs', 'lenient', 'lifecycle', 'models', 'quotas'],
  ...['guardrails', 'latency', 'chaos', 'respond', 'log', 'now', 'wallNow', 'random', 'delay'],
])('%s is named where it is nonsense, and works where it is not', async (name) => {
  await fc.assert(
    fc.asyncProperty(junk, async (value) => {
      // A port that is one may be taken by somebody else.
      fc.pre(name !== 'port' || typeof value !== 'number' || !(value > 0 && value < 65_536));
      try {
        const emulator = await createEmulator({ [name]: value } as EmulatorOptions);
        await emulator.close();
      } catch (error) {
        if (!isConfigurationError(error)) throw error;
        expect(error.problems.map(({ path }) => path)).toEqual([name]);
      }
    }),
  );
});

test.each<[options: unknown, message: string]>([
  [{ latency: { firstTokenMs: -1, tokensPerSecond: 1 } }, 'latency: latency.firstTokenMs has to be a number from 0'],
  [{ latency: { firstTokenMs: 1, tokensPerSecond: 1, jitter: undefined }, port: -1 }, 'port: port has to be a whole'],
  [{ regoin: 'us-east-1' }, 'regoin: There is no such option. Is it region?'],
  [{ region: 'AKIA'.repeat(5) }, 'region: region has to be a region such as us-east-1, and it is a longer text.'],
  [
    { models: { 'acme.granite-v1:0': 'Nova Lite' } },
    'models.acme.granite-v1:0 has to be an object, and it is "Nova Lite".',
  ],
  [null, 'It has to be an object of options, and it is null.'],
])('says what is wrong: %j', async (options, message) => {
  await expect(createEmulator(options as EmulatorOptions)).rejects.toThrow(message);
});
