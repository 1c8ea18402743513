import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bedrockError, createEmulator, type Emulator } from '@outcrop/emulator';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../../examples');
const examples = globSync('*/*.ts', { cwd: folder, exclude: ['node_modules/**'] }).toSorted();
const run = promisify(execFile);

const unavailable = bedrockError('ServiceUnavailableException');

/** What happens to those that show what is done about it. */
const troubles: Record<string, (emulator: Emulator) => void> = {
  'one/retries.ts': ({ when }) => {
    when(({ modelId }) => modelId.includes('claude')).always(bedrockError('AccessDeniedException'));
  },
  'one/validation.ts': ({ when }) => {
    when().reply('Violence is never the answer.', 'Wear a helmet.');
  },
  'one/errors.ts': ({ when }) => {
    when({ region: 'us-east-1' }).always(bedrockError('ExpiredTokenException'));
    when({ region: 'us-east-2' }).always(bedrockError('ValidationException'));
    when({ region: 'us-west-2' }).always(unavailable);
  },
  'many/automatic-retry.ts': ({ when }) => {
    for (const id of ['one', 'two', 'three']) when(asks(id)).reply(unavailable, unavailable);
  },
  'many/retry-failed.ts': ({ when }) => {
    // Each target of a request is tried once, so it takes as many to fail it.
    for (const id of ['critical-1', 'critical-2']) when(asks(id)).reply(unavailable, unavailable);
    when(asks('other-1')).reply(unavailable, unavailable);
  },
  'many/history.ts': ({ when }) => {
    when().reply(unavailable, unavailable);
  },
};

function asks(text: string) {
  return ({ request }: { request: unknown }) => JSON.stringify(request).includes(text);
}

// The hook of its own test: the global one may belong to another of those that run beside it.
test.concurrent.for(examples)('%s prints what it says', async (path, { onTestFinished }) => {
  const emulator = await createEmulator();
  onTestFinished(emulator.close);
  troubles[path]?.(emulator);
  const { stdout, stderr } = await run(process.execPath, ['--conditions=@outcrop/source', path], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: emulator.url,
      ...(path === 'one/profile.ts'
        ? { AWS_SHARED_CREDENTIALS_FILE: 'files/credentials' }
        : { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }),
    },
  });
  const [, says] = /\/\* prints\n([\s\S]*)\*\/\n$/.exec(readFileSync(join(folder, path), 'utf8')) ?? [];
  expect({ stdout, stderr }).toEqual({ stdout: says, stderr: '' });
});
