import { type Catalog, getAvailableRegions } from '@outcrop/model-catalog';
import { oneLine, WrongUse } from '../failure.ts';

/** Where models are looked for: a region, and areas or regions in which data has to stay. */
export type Places = { region?: string | undefined; residency?: readonly string[] | undefined };

/** Throws {@link WrongUse} if there is no such region: a list of nothing would look like an answer. */
export function checkPlaces(catalog: Catalog, { region, residency = [] }: Places): void {
  const regions = getAvailableRegions(catalog);
  // What has no number is an area, which the catalog itself looks at.
  const named = [...(region === undefined ? [] : [region]), ...residency.filter((place) => /\d$/.test(place))];
  const unknown = named.find((place) => !regions.includes(place));
  if (unknown === undefined) return;
  const shown = oneLine(unknown).slice(0, 40);
  throw new WrongUse(`no model is known in a region '${shown}': there is ${nearestTo(unknown, regions).join(', ')}.`);
}

/** Those that begin as it does, as far as any does; all where none does. */
function nearestTo(typed: string, regions: readonly string[]): string[] {
  const shared = regions.map((region) => sharedLength(typed.toLowerCase(), region));
  return regions.filter((_, at) => shared[at] === Math.max(...shared));
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < b.length && a[length] === b[length]) length++;
  return length;
}
