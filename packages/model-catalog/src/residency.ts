import type { Problem } from '@outcrop/converse';
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
export function regionsOf(residency: readonly string[], snapshot: CatalogSnapshot): Set<string> {
  const [problem] = residencyProblems(residency, snapshot);
  if (problem !== undefined) throw new RangeError(`residency: ${problem.message}`);
  const { areas } = snapshot;
  return new Set(residency.flatMap((area) => (Object.hasOwn(areas, area) ? (areas[area] ?? []) : [area])));
}

/** The names among them that mean neither an area nor a region. */
export function residencyProblems(residency: readonly string[], { areas }: CatalogSnapshot): Problem[] {
  return residency.flatMap((area, at) => {
    if (Object.hasOwn(areas, area) || /-\d+$/.test(area)) return [];
    const known = Object.keys(areas).sort().join(', ');
    const message = `'${area.slice(0, 40)}' is no area. There are ${known}, and every region.`;
    return [{ path: `residency[${at}]`, message }];
  });
}
