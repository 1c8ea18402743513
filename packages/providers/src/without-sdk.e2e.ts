import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Runs code in a process in which nothing of AWS's is installed. It prints its result as JSON. */
async function withoutSdk(code: string): Promise<unknown> {
  const hook = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (!specifier.startsWith('@aws-sdk/')) return next(specifier, context);
        throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    });
    const { createBedrock } = await import('@outcrop/providers');
    const target = { model: 'm', id: 'm', region: 'us-east-1', route: 'in_region', api: 'converse', quotaKey: 'm', traits: {} };
    const question = { messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }] };
    const failure = (promise) => promise.then(() => 'no failure', ({ name, message }) => ({ name, message }));
    const print = (value) => console.log(JSON.stringify(value));
  `;
  const args = ['--conditions=@outcrop/source', '--input-type=module', '--eval', hook + code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return JSON.parse(stdout);
}

const missing = '@aws-sdk/client-bedrock-runtime is not installed: npm install @aws-sdk/client-bedrock-runtime';

test('is imported, is not available, and says what to install', async () => {
  const said = await withoutSdk(`
    const bedrock = createBedrock({ env: {} });
    print({
      available: await bedrock.isAvailable(),
      health: await bedrock.healthCheck(),
      call: await failure(bedrock.connect(target).converse(question)),
      stream: await failure(bedrock.connect(target).converseStream(question).response),
      client: await failure(bedrock.client('us-east-1')),
    });
  `);
  const failed = { name: 'ConfigurationError', message: missing };
  expect(said).toMatchObject({
    available: false,
    health: { available: false, sdk: 'missing', reason: missing },
    call: failed,
    stream: failed,
    client: failed,
  });
});

test('needs none of it for the direct transport with a key', async () => {
  const said = await withoutSdk(`
    const bedrock = createBedrock({ auth: { apiKey: 'a-key' }, transport: 'direct', endpoint: 'http://127.0.0.1:1' });
    print(await failure(bedrock.connect(target).converse(question)));
  `);
  expect(said).toEqual({ name: 'ConverseError', message: expect.stringContaining('could not be reached') });
});

test('says which package finds a profile', async () => {
  const said = await withoutSdk(`
    const bedrock = createBedrock({ auth: { profile: 'dev' }, transport: 'direct' });
    print(await failure(bedrock.connect(target).converse(question)));
  `);
  expect(said).toMatchObject({ message: expect.stringContaining('npm install @aws-sdk/credential-providers') });
});
