import type { CatalogModel } from './snapshot.ts';

/** Every region that a model, or a profile of it, can be called from. */
export function originsOf({
  regions = [],
  maybeRegions = [],
  profiles,
}: Pick<CatalogModel, 'regions' | 'maybeRegions' | 'profiles'>): string[] {
  const ofProfiles = profiles.flatMap(({ from = [], maybeFrom = [] }) => [...from, ...maybeFrom]);
  return [...new Set([...regions, ...maybeRegions, ...ofProfiles])].sort();
}
