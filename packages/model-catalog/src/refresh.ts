import type { ListRegion, RegionListing } from './listing.ts';
import { mergeListings } from './merge-listing.ts';
import { type Catalog, createCatalog } from './model-catalog.ts';
import { soundListing } from './sound-listing.ts';

/** What a refresh needs. */
export type RefreshOptions = {
  /** Asks the service; `providers` has one that asks AWS. */
  list: ListRegion;
  /** The regions that are asked. Of all others the snapshot speaks. */
  regions: readonly string[];
  /** What the lists are laid over. @default the bundled one */
  catalog?: Catalog | undefined;
  signal?: AbortSignal | undefined;
};

/** A catalog that knows what the service lists, and what that changed. */
export type RefreshedCatalog = {
  catalog: Catalog;
  /** What was listed, as plain data to be kept. */
  listings: Record<string, RegionListing>;
  /** Regions that could not be asked. The snapshot speaks of them as before. */
  failures: { region: string; error: unknown }[];
  /** Entries of the lists that make no sense, as they came. They are left out. */
  skipped: { region: string; entry: unknown }[];
  /** Models that the snapshot did not have, by name. */
  added: string[];
  /** Models that the snapshot had in those regions, and the service no longer lists there. */
  vanished: { model: string; regions: string[] }[];
};

/**
 * Asks the service for its models and profiles and lays them over a catalog. It rejects only by `signal`: a region that
 * cannot be asked is a failure in the result, and the snapshot still holds for it.
 */
export async function refreshCatalog({
  list,
  regions,
  catalog = createCatalog(),
  signal,
}: RefreshOptions): Promise<RefreshedCatalog> {
  signal?.throwIfAborted();
  const listings: Record<string, RegionListing> = {};
  const failures: RefreshedCatalog['failures'] = [];
  const skipped: RefreshedCatalog['skipped'] = [];
  const ask = async (region: string) => {
    try {
      const listed = await list(region, { signal });
      if (!listed.modelSummaries) throw new Error(`${region} lists no models.`);
      if (!listed.inferenceProfileSummaries) throw new Error(`${region} lists no profiles.`);
      const sound = soundListing(listed);
      skipped.push(...sound.skipped.map((entry) => ({ region, entry })));
      // No region has no models: a list of none is a list that was not allowed to be read.
      if (sound.listing.modelSummaries.length === 0) throw new Error(`${region} lists no models.`);
      listings[region] = sound.listing;
    } catch (error) {
      failures.push({ region, error });
    }
  };
  await untilAborted(Promise.all([...new Set(regions)].map(ask)), signal);
  signal?.throwIfAborted();
  return { ...catalogOf(catalog, listings), listings, failures, skipped };
}

/** A list that does not know the signal may keep us waiting. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  await Promise.race([work, aborted.promise]);
  signal?.removeEventListener('abort', onAbort);
}

/** The catalog with those lists laid over it, and what they change. */
export function catalogOf(
  catalog: Catalog,
  listings: Record<string, RegionListing>,
): Pick<RefreshedCatalog, 'catalog' | 'added' | 'vanished'> {
  const { snapshot } = catalog;
  const merged = mergeListings(snapshot, new Map(Object.entries(listings)));
  const known = new Set(snapshot.models.map(({ id }) => id));
  return {
    catalog: createCatalog({ snapshot: merged }),
    added: merged.models.filter(({ id }) => !known.has(id)).map(({ name }) => name),
    vanished: merged.models.flatMap(({ name, vanishedFrom = [] }) => {
      const regions = vanishedFrom.filter((region) => Object.hasOwn(listings, region));
      return regions.length > 0 ? [{ model: name, regions }] : [];
    }),
  };
}
