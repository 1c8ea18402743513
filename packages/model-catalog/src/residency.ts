import type { CatalogSnapshot, Profile } from './snapshot.ts';

/**
 * The regions that a request by that profile may travel to at most, the one it is sent to included; nothing where it
 * may be anywhere.
 */
export function destinationsOf(
  { geography, to }: Profile,
  region: string,
  { areas, profilesStayIn }: CatalogSnapshot,
): string[] | undefined {
  // Where a list is missing, AWS's word that a profile keeps to its geography still holds.
  const known = to?.[region] ?? areas[profilesStayIn[geography] ?? ''];
  return known && [...new Set([region, ...known])].sort();
}

/** All regions of the areas. An area may also be a region by itself. */
export function regionsOf(residency: readonly string[], { areas }: CatalogSnapshot): Set<string> {
  return new Set(
    residency.flatMap((area) => {
      const regions = Object.hasOwn(areas, area) ? areas[area] : undefined;
      if (regions === undefined && !/-\d+$/.test(area)) {
        throw new RangeError(
          `residency: '${area.slice(0, 40)}' is no area. There are ${Object.keys(areas).sort().join(', ')}, and every region.`,
        );
      }
      return regions ?? [area];
    }),
  );
}
