import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ListRegion } from '../listing.ts';
import { type Catalog, createCatalog } from '../model-catalog.ts';
import { catalogOf, type RefreshedCatalog, refreshCatalog } from '../refresh.ts';
import { type CachedLists, readLists, writeLists } from './cache-file.ts';
import { cacheFolder } from './cache-folder.ts';
import { takeLock } from './lock.ts';

/** What a catalog that is kept up to date needs. */
export type OpenCatalogOptions = {
  /** Asks the service; `providers` has one that asks AWS. */
  list: ListRegion;
  /** The regions that are asked. */
  regions: readonly string[];
  /** What the lists are laid over. @default the bundled one */
  catalog?: Catalog | undefined;
  /** Whose lists they are: application profiles belong to an account. @default 'default' */
  account?: string | undefined;
  /** @default the user's cache folder, see {@link cacheFolder} */
  folder?: string | undefined;
  /** How long lists are good for. @default 24 hours */
  maxAgeMs?: number | undefined;
  /**
   * Over how long the first calls of many machines are spread that share no folder. Where they share one, one process
   * calls for all.
   *
   * @default 60 seconds
   */
  spreadMs?: number | undefined;
  /** Milliseconds since 1970. */
  wallNow?: (() => number) | undefined;
  /** From 0 up to, but not, 1. */
  random?: (() => number) | undefined;
  /** Waits. */
  delay?: ((ms: number) => Promise<unknown>) | undefined;
};

/** A catalog to begin with at once, and the one that is on its way. */
export type OpenedCatalog = {
  /** What is known now: the lists on disk, however old, or the snapshot. */
  catalog: Catalog;
  /** When the lists were made, in milliseconds since 1970; left out if there are none. */
  listedAt: number | undefined;
  /**
   * Waits for the newest that can be had. It is fetched anyway; but only who calls this keeps the process alive for it.
   * It never rejects: what failed is in `failures`.
   */
  refreshed: () => Promise<Refreshed>;
};

type Refreshed = Pick<RefreshedCatalog, 'catalog' | 'failures'>;

const day = 24 * 60 * 60 * 1000;
// Longer than any listing takes: whoever holds the lock for longer has died or hangs. If it was only slow, two have asked.
const lockStaleMs = 60_000;
const pollMs = 100;

// After a failure, so that not everyone who starts asks in vain.
const goodAfterFailureMs = 5 * 60_000;

// One refresh per file in a process, whoever asks.
const running = new Map<string, Promise<Refreshed>>();

/**
 * Opens a catalog that knows what the service lists, and keeps the lists on disk. It never waits for the network: old
 * lists serve while new ones are fetched.
 *
 * Of many processes on one folder, one asks for all. Machines that share none spread their calls. A disk that cannot
 * be written and a file that cannot be read are as good as no cache.
 *
 * @example
 * ```ts
 * import type { ListRegion } from '@outcrop/model-catalog';
 * import { openCatalog } from '@outcrop/model-catalog/node';
 *
 * async function whatItIs(list: ListRegion, name: string): Promise<string> {
 *   const { catalog } = await openCatalog({ list, regions: ['us-east-1'] });
 *   return catalog.resolve(name, { region: 'us-east-1' }).id;
 * }
 * ```
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<OpenedCatalog> {
  const { catalog = createCatalog(), maxAgeMs = day, wallNow = Date.now, random = Math.random } = options;
  const file = fileFor(options);
  const found = await readLists(file);
  const laid = found && laidOver(catalog, found);
  const lists = laid && found;
  const current = laid ?? catalog;
  const opened = { catalog: current, listedAt: lists?.listedAt };
  // Up to a tenth earlier, so that those who started together do not end together.
  if (lists && isFresh(lists, maxAgeMs * (1 - random() / 10), wallNow())) {
    return { ...opened, refreshed: async () => ({ catalog: current, failures: [] }) };
  }
  let refreshed = running.get(file);
  if (refreshed === undefined) {
    refreshed = refresh({ ...options, wallNow, random, maxAgeMs, catalog, file, lists }).finally(() =>
      running.delete(file),
    );
    running.set(file, refreshed);
  }
  return { ...opened, refreshed: () => keptAlive(refreshed) };
}

function fileFor({ folder = cacheFolder(), regions, account = 'default' }: OpenCatalogOptions): string {
  const name = createHash('sha256')
    .update(JSON.stringify([account, [...new Set(regions)].sort()]))
    .digest('hex');
  return join(resolve(folder), `models-${name.slice(0, 16)}.json`);
}

// Lists of the future come from a clock that was wrong.
function isFresh({ listedAt, goodForMs }: CachedLists, maxAgeMs: number, now: number): boolean {
  return listedAt <= now && now - listedAt < Math.min(maxAgeMs, goodForMs ?? maxAgeMs);
}

type Refresh = OpenCatalogOptions & {
  catalog: Catalog;
  file: string;
  /** What was on disk. */
  lists: CachedLists | undefined;
  maxAgeMs: number;
  wallNow: () => number;
  random: () => number;
};

async function refresh(work: Refresh): Promise<Refreshed> {
  const { file, spreadMs = 60_000, wallNow, random, delay = wait } = work;
  await mkdir(dirname(file), { recursive: true }).catch(() => undefined);
  for (;;) {
    const lock = await takeLock(`${file}.lock`, lockStaleMs, wallNow);
    if (lock.state === 'impossible') {
      await delay(random() * spreadMs);
      return ask(work);
    }
    try {
      const done = await madeByAnother(work);
      if (done) return done;
      if (lock.state === 'taken') return await ask(work);
    } finally {
      if (lock.state === 'taken') await lock.release();
    }
    await delay(pollMs * (1 + random()));
  }
}

async function madeByAnother({ file, lists, catalog, maxAgeMs, wallNow }: Refresh): Promise<Refreshed | undefined> {
  const now = await readLists(file);
  if (!now || now.listedAt === lists?.listedAt || !isFresh(now, maxAgeMs, wallNow())) return undefined;
  const laid = laidOver(catalog, now);
  return laid && { catalog: laid, failures: [] };
}

// Lists that look whole may still be nonsense inside, and are then as good as none.
function laidOver(catalog: Catalog, { listings }: CachedLists): Catalog | undefined {
  try {
    return catalogOf(catalog, listings).catalog;
  } catch {
    return undefined;
  }
}

async function ask({ file, list, regions, catalog, lists, wallNow }: Refresh): Promise<Refreshed> {
  const { listings: listed, failures } = await refreshCatalog({ list, regions, catalog });
  // Of a region that cannot be asked now, the last word still counts.
  const listings = { ...lists?.listings, ...listed };
  const goodForMs = failures.length > 0 ? goodAfterFailureMs : undefined;
  await writeLists(file, { version: 1, listedAt: wallNow(), goodForMs, listings });
  return { catalog: catalogOf(catalog, listings).catalog, failures };
}

// Nobody's process should stay alive for a refresh that nobody waits for.
async function wait(ms: number): Promise<void> {
  await setTimeout(ms, undefined, { ref: false });
}

async function keptAlive<Value>(promise: Promise<Value>): Promise<Value> {
  const alive = setInterval(() => undefined, day);
  try {
    return await promise;
  } finally {
    clearInterval(alive);
  }
}
