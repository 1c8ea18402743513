import { maxNameLength, type NameIndex, nameKey } from './names.ts';
import type { CatalogModel } from './snapshot.ts';

/** Models that were perhaps meant. */
export type Nearest = {
  /** All of them hold every word that was typed, and there are at least two: the name says too little. */
  ambiguous: boolean;
  models: CatalogModel[];
};

// Longer ones are compared by their beginning: no name is as long.
const comparedLength = 48;
const maxNearest = 5;

/** The models whose names are nearest to what was typed, the nearest first. */
export function nearestNames(index: NameIndex, typed: string): Nearest {
  const key = nameKey(typed.slice(0, maxNameLength)).slice(0, comparedLength);
  if (key === '') return { ambiguous: false, models: [] };
  const { models } = index.snapshot;
  const beginning = models.filter((model) => namesOf(model).some((name) => `${name}-`.startsWith(`${key}-`)));
  if (beginning.length > 1) return { ambiguous: true, models: beginning };

  const allowed = Math.max(2, Math.floor(key.length / 3));
  const near = models
    .map((model) => ({ model, distance: Math.min(...namesOf(model).map((name) => distance(key, name, allowed))) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .map(({ model }) => model);
  return { ambiguous: false, models: [...new Set([...beginning, ...near])].slice(0, maxNearest) };
}

function namesOf({ name, id, alsoCalled = [] }: CatalogModel): string[] {
  return [name, id, ...alsoCalled].map((each) => nameKey(each).slice(0, comparedLength));
}

/** How many characters have to be changed, put in or taken out; `most + 1` as soon as it is more than `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
    }
    if (Math.min(...next) > most) return most + 1;
    row = next;
  }
  return row[b.length] ?? most + 1;
}
