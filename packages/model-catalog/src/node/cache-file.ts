import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RegionListing } from '../listing.ts';

/** What is kept on disk: what was listed, not what was made of it, so that a newer release reads it anew. */
export type CachedLists = {
  version: 1;
  /** Milliseconds since 1970. */
  listedAt: number;
  /** Sooner than others, because a region could not be asked. */
  goodForMs?: number | undefined;
  listings: Record<string, RegionListing>;
};

/** What the file holds, or nothing: a file that cannot be read, or is not whole, is as good as none. */
export async function readLists(file: string): Promise<CachedLists | undefined> {
  try {
    const lists: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isLists(lists) ? lists : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the file so that nobody ever reads half of it. Whether it could. */
export async function writeLists(file: string, lists: CachedLists): Promise<boolean> {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, JSON.stringify(lists), { mode: 0o600, flush: true });
    await rename(unfinished, file);
    return true;
  } catch {
    // A read-only or a full disk, as on Lambda: the lists are then good for this process only.
    await rm(unfinished, { force: true }).catch(() => undefined);
    return false;
  }
}

function isLists(value: unknown): value is CachedLists {
  if (typeof value !== 'object' || value === null) return false;
  const { version, listedAt, listings } = value as Partial<CachedLists>;
  return (
    version === 1 &&
    typeof listedAt === 'number' &&
    typeof listings === 'object' &&
    listings !== null &&
    Object.values(listings).every(
      (each) => Array.isArray(each?.modelSummaries) && Array.isArray(each.inferenceProfileSummaries),
    )
  );
}
