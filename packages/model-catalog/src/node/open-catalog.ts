import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
  signal?: AbortSignal | undefined;
  /** Milliseconds since 1970. */
  wallNow?: (() => number) | undefined;
  random?: (() => number) | undefined;
  delay?: ((ms: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
};

/** A catalog to begin with at once, and the one that is on its way. */
export type OpenedCatalog = {
  /** What is known now: the lists on disk, however old, or the snapshot. */
  catalog: Catalog;
  /** When the lists were made, in milliseconds since 1970; left out if there are none. */
  listedAt: number | undefined;
  /**
   * The newest that could be had. Resolves at once where the lists are fresh, and never rejects: what failed is in
   * `failures`. Nobody has to wait for it.
   */
  refreshed: Promise<Pick<RefreshedCatalog, 'catalog' | 'failures'>>;
};

const day = 24 * 60 * 60 * 1000;
// Longer than any listing takes: whoever holds the lock for longer has died.
const lockStaleMs = 60_000;
const pollMs = 100;

// One refresh per file in a process, whoever asks.
const running = new Map<string, OpenedCatalog['refreshed']>();

/**
 * Opens a catalog that knows what the service lists, and keeps the lists on disk. It never waits for the network: old
 * lists serve while new ones are fetched.
 *
 * Of many processes on one folder, one asks for all. Machines that share none spread their calls. A disk that cannot
 * be written and a file that cannot be read are as good as no cache.
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<OpenedCatalog> {
  const { catalog = createCatalog(), maxAgeMs = day, wallNow = Date.now, random = Math.random } = options;
  const file = fileFor(options);
  const lists = await readLists(file);
  const current = lists ? catalogOf(catalog, lists.listings).catalog : catalog;
  // Up to a tenth earlier, so that those who started together do not end together.
  const isFresh = lists !== undefined && isNewer(lists, wallNow() - maxAgeMs * (1 - random() / 10), wallNow());
  if (isFresh) {
    return {
      catalog: current,
      listedAt: lists.listedAt,
      refreshed: Promise.resolve({ catalog: current, failures: [] }),
    };
  }
  let refreshed = running.get(file);
  if (refreshed === undefined) {
    refreshed = refresh(file, current, { ...options, catalog }).finally(() => running.delete(file));
    running.set(file, refreshed);
  }
  return { catalog: current, listedAt: lists?.listedAt, refreshed };
}

function fileFor({ folder = cacheFolder(), regions, account = 'default' }: OpenCatalogOptions): string {
  const name = createHash('sha256')
    .update(JSON.stringify([account, [...new Set(regions)].sort()]))
    .digest('hex');
  return join(resolve(folder), `models-${name.slice(0, 16)}.json`);
}

// Lists of the future come from a clock that was wrong.
function isNewer({ listedAt }: CachedLists, than: number, now: number): boolean {
  return listedAt > than && listedAt <= now;
}

async function refresh(
  file: string,
  current: Catalog,
  options: OpenCatalogOptions & { catalog: Catalog },
): OpenedCatalog['refreshed'] {
  const { signal, spreadMs = 60_000, wallNow = Date.now, random = Math.random, delay = wait } = options;
  const startedAt = wallNow();
  try {
    await mkdir(resolve(file, '..'), { recursive: true }).catch(() => undefined);
    for (;;) {
      const lock = await takeLock(`${file}.lock`, lockStaleMs, wallNow);
      if (lock.state === 'taken') {
        try {
          // Another process may have been done between our look at the file and the lock.
          return (await made(file, options, startedAt)) ?? (await ask(file, options));
        } finally {
          await lock.release();
        }
      }
      if (lock.state === 'impossible') {
        await delay(random() * spreadMs, signal);
        return await ask(file, options);
      }
      const done = await made(file, options, startedAt);
      if (done) return done;
      await delay(pollMs * (1 + random()), signal);
    }
  } catch (error) {
    return { catalog: current, failures: options.regions.map((region) => ({ region, error })) };
  }
}

/** What another process has made since we looked. */
async function made(
  file: string,
  { catalog, wallNow = Date.now }: OpenCatalogOptions & { catalog: Catalog },
  since: number,
): Promise<{ catalog: Catalog; failures: [] } | undefined> {
  const lists = await readLists(file);
  if (!lists || !isNewer(lists, since - pollMs, wallNow())) return undefined;
  return { catalog: catalogOf(catalog, lists.listings).catalog, failures: [] };
}

async function ask(
  file: string,
  { list, regions, catalog, signal, wallNow = Date.now }: OpenCatalogOptions & { catalog: Catalog },
): OpenedCatalog['refreshed'] {
  const refreshed = await refreshCatalog({ list, regions, catalog, signal });
  const { listings, failures } = refreshed;
  // Lists with a gap are good for now, but not for a day.
  if (failures.length === 0) await writeLists(file, { version: 1, listedAt: wallNow(), listings });
  return { catalog: refreshed.catalog, failures };
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  // Nobody's process should stay alive for it.
  await setTimeout(ms, undefined, { ref: false, ...(signal && { signal }) });
}
