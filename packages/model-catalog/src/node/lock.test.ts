import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '@outcrop/model-catalog/node';
import { expect, onTestFinished, test, vi } from 'vitest';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  return { ...real, stat: vi.fn(real.stat) };
});

test('a lock that changes hands while it is looked at stays with who took it', async () => {
  const folder = await fs.mkdtemp(join(tmpdir(), 'outcrop-lock-'));
  onTestFinished(() => fs.rm(folder, { recursive: true }));
  const list = vi.fn(async () => ({ modelSummaries: [], inferenceProfileSummaries: [] }));
  const now = Date.UTC(2026, 10, 20);
  const open = async (delay?: () => Promise<void>) => {
    const options = { list, regions: ['us-east-1'], folder, wallNow: () => now, random: () => 0, delay };
    return (await openCatalog(options)).refreshed();
  };
  await open();
  const [name = ''] = await fs.readdir(folder);
  const file = join(folder, name);
  const lists = await fs.readFile(file);
  const lock = `${file}.lock`;
  await fs.rm(file);

  await fs.writeFile(lock, 'the first');
  vi.mocked(fs.stat).mockImplementationOnce(async (path) => {
    await fs.rm(path);
    const gone = fs.stat(path);
    await gone.catch(() => {});
    await fs.writeFile(path, 'the second');
    await fs.utimes(path, now / 1000, now / 1000);
    return gone;
  });
  await open(async () => {
    expect(await fs.readFile(lock, 'utf8')).toBe('the second');
    await fs.writeFile(file, lists);
    await fs.rm(lock);
  });
  expect(list).toHaveBeenCalledTimes(1);
  expect(await fs.readdir(folder)).toEqual([name]);
});
