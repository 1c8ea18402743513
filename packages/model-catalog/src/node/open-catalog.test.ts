import { chmod, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCatalog, type RegionListing } from '@outcrop/model-catalog';
import { cacheFolder, type OpenCatalogOptions, openCatalog } from '@outcrop/model-catalog/node';
import { expect, onTestFinished, test, vi } from 'vitest';

const hour = 60 * 60 * 1000;

async function scene(overrides: Partial<OpenCatalogOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-catalog-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clock = { now: Date.UTC(2026, 10, 20) };
  const list = vi.fn(async (region: string): Promise<RegionListing> => listingOf(`granite.rock-${clock.now}`, region));
  const delay = vi.fn(async () => undefined);
  const options = {
    list,
    regions: ['us-east-1'],
    folder,
    wallNow: () => clock.now,
    random: () => 0,
    delay,
    ...overrides,
  };
  return { folder, clock, list, delay, options, open: () => openCatalog(options) };
}

function listingOf(modelId: string, region: string): RegionListing {
  const modelSummaries = [{ modelId, modelName: 'Granite', inferenceTypesSupported: ['ON_DEMAND'] }];
  const models = [{ modelArn: `arn:aws:bedrock:${region}::foundation-model/${modelId}` }];
  return { modelSummaries, inferenceProfileSummaries: [{ inferenceProfileId: `us.${modelId}`, models }] };
}

test('the first start has the snapshot at once and the lists soon after', async () => {
  const { open, list } = await scene();
  const { catalog, listedAt, refreshed } = await open();
  expect([listedAt, catalog.models.length]).toEqual([undefined, createCatalog().models.length]);
  const { catalog: fresh, failures } = await refreshed();
  expect([failures, fresh.resolve('Granite', { region: 'us-east-1' }).route]).toEqual([[], 'in_region']);
  expect(list.mock.calls).toEqual([['us-east-1', { signal: undefined }]]);
});

test('lists are good for a day, then serve while new ones are fetched', async () => {
  const { open, clock, list } = await scene();
  const started = clock.now;
  await (await open()).refreshed();

  clock.now += 23 * hour;
  const fresh = await open();
  await fresh.refreshed();
  expect([fresh.listedAt, list.mock.calls.length]).toEqual([started, 1]);

  clock.now += hour;
  const stale = await open();
  expect([stale.listedAt, stale.catalog.model('Granite').id]).toEqual([started, `granite.rock-${started}`]);
  const { catalog } = await stale.refreshed();
  expect([catalog.model('Granite').id, list.mock.calls.length]).toEqual([`granite.rock-${clock.now}`, 2]);
});

test('those who started together do not all ask again together', async () => {
  const { open, options, clock, list } = await scene();
  await (await open()).refreshed();
  clock.now += 23 * hour;
  const early = await openCatalog({ ...options, random: () => 0.99 });
  await early.refreshed();
  expect(list).toHaveBeenCalledTimes(2);
});

test('a thousand that open at once in a process ask once', async () => {
  const { open, list } = await scene();
  const all = await Promise.all(Array.from({ length: 1_000 }, open));
  const found = await Promise.all(all.map(async ({ refreshed }) => (await refreshed()).catalog.model('Granite').id));
  expect([new Set(found).size, list.mock.calls.length]).toEqual([1, 1]);
});

test.each([
  ['nothing', ''],
  ['half a file', '{"version":1,"listedAt":17634240'],
  ['another program’s file', '{"hello":["world"]}'],
  ['lists of a wrong shape', '{"version":1,"listedAt":1,"listings":{"us-east-1":{"modelSummaries":3}}}'],
  [
    'nonsense',
    '{"version":1,"listedAt":1,"listings":{"us-east-1":{"modelSummaries":[null],"inferenceProfileSummaries":[{"models":[{"modelArn":3}]}]}}}',
  ],
  ['a release to come', '{"version":2,"listedAt":1,"listings":{}}'],
  ['null', 'null'],
])('a cache that holds %s is ignored and replaced', async (_, text) => {
  const { open, folder, list } = await scene();
  await (await open()).refreshed();
  const file = join(folder, (await readdir(folder))[0] ?? '');
  await writeFile(file, text);
  const { catalog, listedAt, refreshed } = await open();
  expect([listedAt, catalog.models.length]).toEqual([undefined, createCatalog().models.length]);
  await refreshed();
  expect(list).toHaveBeenCalledTimes(2);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1 });
});

test('lists of the future come from a wrong clock and are stale', async () => {
  const { open, clock, list } = await scene();
  await (await open()).refreshed();
  clock.now -= hour;
  await (await open()).refreshed();
  expect(list).toHaveBeenCalledTimes(2);
});

test.each([
  ['older than a minute', -61_000],
  ['of the future, from a wrong clock', 61_000],
])('a lock that is %s stops nobody', async (_, ageMs) => {
  const { open, clock, folder, list } = await scene();
  await (await open()).refreshed();
  const [name = ''] = await readdir(folder);
  await rename(join(folder, name), join(folder, `${name}.lock`));
  await utimes(join(folder, `${name}.lock`), (clock.now + ageMs) / 1000, (clock.now + ageMs) / 1000);
  await (await open()).refreshed();
  expect([list.mock.calls.length, await readdir(folder)]).toEqual([2, [name]]);
});

test('a folder that cannot be written serves as none, and the calls of many machines are spread', async () => {
  const { folder, options } = await scene();
  // Below a file there is no folder, for root neither.
  await writeFile(join(folder, 'file'), '');
  const delay = vi.fn(async (_: number) => undefined);
  const opened = await openCatalog({ ...options, folder: join(folder, 'file', 'cache'), random: () => 0.5, delay });
  const { catalog, failures } = await opened.refreshed();
  expect([failures, catalog.models.some(({ name }) => name === 'Granite')]).toEqual([[], true]);
  expect(delay.mock.calls).toEqual([[30_000]]);
});

test.skipIf(process.getuid?.() === 0)('a read-only folder serves as none', async () => {
  const { folder, open, list } = await scene();
  await chmod(folder, 0o500);
  await (await open()).refreshed();
  await (await open()).refreshed();
  expect([list.mock.calls.length, await readdir(folder)]).toEqual([2, []]);
});

test('what cannot be asked keeps its last word, and is asked again after five minutes', async () => {
  const failing = new Set<string>();
  const list = vi.fn(async (region: string) => {
    if (failing.has(region)) throw new Error('AccessDeniedException');
    return listingOf('granite.rock-1', region);
  });
  const { open, clock } = await scene({ list, regions: ['us-east-1', 'eu-west-1'] });
  await (await open()).refreshed();
  clock.now += 25 * hour;
  failing.add('eu-west-1');
  const { catalog, failures } = await (await open()).refreshed();
  expect(failures).toEqual([{ region: 'eu-west-1', error: new Error('AccessDeniedException') }]);
  expect(catalog.resolve('Granite', { region: 'eu-west-1' }).id).toBe('granite.rock-1');
  expect(list).toHaveBeenCalledTimes(4);

  clock.now += 4 * 60_000;
  await (await open()).refreshed();
  expect(list).toHaveBeenCalledTimes(4);
  clock.now += 60_000;
  await (await open()).refreshed();
  expect(list).toHaveBeenCalledTimes(6);
});

test('another account and other regions have other lists', async () => {
  const { options, folder } = await scene();
  for (const part of [{}, { account: '123456789012' }, { regions: ['us-east-1', 'us-west-2'] }]) {
    await (await openCatalog({ ...options, ...part })).refreshed();
  }
  await (await openCatalog({ ...options, regions: ['us-west-2', 'us-east-1', 'us-east-1'] })).refreshed();
  expect((await readdir(folder)).length).toBe(3);
});

test.each([
  [{ XDG_CACHE_HOME: '/caches' }, /^\/caches\/outcrop$/],
  [{ XDG_CACHE_HOME: 'relative' }, /\.cache\/outcrop$/],
  [{}, /\.cache\/outcrop$/],
])('with %o lists are kept in the folder that XDG says', (env, folder) => {
  expect(cacheFolder(env).replaceAll('\\', '/')).toMatch(folder);
});
