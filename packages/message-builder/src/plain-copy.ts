import { bytesFrom, unexpected } from './media/source.ts';

// As deep as the JSON form of a message goes, and shallow enough for every browser's stack.
const maxDepth = 512;

// What a tool takes and gives is free JSON, in which no bytes may be.
const freeJson = ['input', 'json'];

/**
 * A copy of plain data that shares nothing with it but bytes, which are never copied. Fields that are `undefined` are
 * left out. Throws a `TypeError` for what JSON cannot say, naming the place.
 */
export function plainCopy<T>(value: T, path: string): T {
  return copy(value, path, 0, true) as T;
}

function copy(value: unknown, path: string, depth: number, mayHoldBytes: boolean): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const bytes = mayHoldBytes ? bytesFrom(value) : undefined;
  if (bytes !== undefined) return bytes;
  if (typeof value === 'object' && depth < maxDepth) {
    const inside = (item: unknown, path: string, isFree = false) =>
      copy(item, path, depth + 1, mayHoldBytes && !isFree);
    // Not by map, which passes over gaps.
    if (Array.isArray(value)) return Array.from(value, (item, index) => inside(item, `${path}[${index}]`));
    if (isPlain(value)) {
      const fields = Object.entries(value).filter(([, field]) => field !== undefined);
      return Object.fromEntries(
        fields.map(([name, field]) => [name, inside(field, path ? `${path}.${name}` : name, freeJson.includes(name))]),
      );
    }
  }
  // What is nested deeper than that mostly refers back to itself.
  throw unexpected(value, `${path.slice(0, 99)}: plain data of at most ${maxDepth} levels`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // Of another realm, an object's prototype is not ours, but the end of its chain all the same.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
