import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);

// Each process notes every call of its lister in one file, and prints what it ended with.
const script = `
import { appendFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { openCatalog } from '@outcrop/model-catalog/node';
const [folder, log] = process.argv.slice(1);
const list = async (region) => {
  await appendFile(log, region + '\\n');
  await setTimeout(300);
  const modelSummaries = [{ modelId: 'granite.rock', modelName: 'Granite', inferenceTypesSupported: ['ON_DEMAND'] }];
  return { modelSummaries, inferenceProfileSummaries: [] };
};
const { refreshed } = await openCatalog({ list, regions: ['us-east-1', 'eu-west-1'], folder });
const { catalog, failures } = await refreshed();
console.log(failures.length, catalog.resolve('Granite', { region: 'eu-west-1' }).id);
`;

async function start(folder: string, log: string): Promise<string> {
  const args = ['--conditions=@outcrop/source', '--input-type=module', '--eval', script, folder, log];
  return (await run(process.execPath, args, { cwd: join(import.meta.dirname, '..', '..') })).stdout.trim();
}

async function folders() {
  const root = await mkdtemp(join(tmpdir(), 'outcrop-catalog-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const log = join(root, 'calls.txt');
  await appendFile(log, '');
  return { folder: join(root, 'cache'), log, calls: async () => (await readFile(log, 'utf8')).split('\n').sort() };
}

test('of many processes that start at once, one asks for all', async () => {
  const { folder, log, calls } = await folders();
  const outputs = await Promise.all(Array.from({ length: 12 }, () => start(folder, log)));
  expect(new Set(outputs)).toEqual(new Set(['0 granite.rock']));
  expect(await calls()).toEqual(['', 'eu-west-1', 'us-east-1']);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^models-[\da-f]{16}\.json$/)]);
});

test('a process that died with the lock in its hand stops nobody for longer than a minute', async () => {
  const { folder, log, calls } = await folders();
  await start(folder, log);
  const [file = ''] = await readdir(folder);
  await writeFile(join(folder, file), 'half a fi');
  await writeFile(join(folder, `${file}.lock`), '');
  const before = Date.now() / 1000 - 61;
  await utimes(join(folder, `${file}.lock`), before, before);
  expect(await start(folder, log)).toBe('0 granite.rock');
  expect(await calls()).toEqual(['', 'eu-west-1', 'eu-west-1', 'us-east-1', 'us-east-1']);
  expect(await readdir(folder)).toEqual([file]);
});
