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
  const wrong = wrongArea(residency, snapshot);
  if (wrong !== undefined) throw new RangeError(`residency: ${wrong}`);
  return new Set(residency.flatMap((area) => regionsIn(area, snapshot) ?? []));
}

/** What is said of the first that is no area; `undefined` if all are. */
export function wrongArea(residency: readonly string[], snapshot: CatalogSnapshot): string | undefined {
  const wrong = residency.find((area) => regionsIn(area, snapshot) === undefined);
  if (wrong === undefined) return undefined;
  const areas = Object.keys(snapshot.areas).sort().join(', ');
  return `'${wrong.slice(0, 40)}' is no area. There are ${areas}, and every region.`;
}

function regionsIn(area: string, { areas }: CatalogSnapshot): readonly string[] | undefined {
  if (Object.hasOwn(areas, area)) return areas[area];
  return /-\d+$/.test(area) ? [area] : undefined;
}
