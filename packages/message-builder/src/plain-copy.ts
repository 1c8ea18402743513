import { bytesFrom, unexpected } from './media/source.ts';

/**
 * A copy of plain data that shares nothing with it but bytes, which are never copied. Fields that are `undefined` are
 * left out. Throws a `TypeError` for what JSON cannot say, naming the place.
 */
export function plainCopy<T>(value: T, path: string): T {
  return copy(value, path, []) as T;
}

function copy(value: unknown, path: string, above: readonly object[]): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const bytes = bytesFrom(value);
  if (bytes !== undefined) return bytes;
  if (typeof value === 'object') {
    if (above.includes(value)) throw new TypeError(`${path} refers back to itself.`);
    const inside = [...above, value];
    if (Array.isArray(value)) return value.map((item, index) => copy(item, `${path}[${index}]`, inside));
    if (isPlain(value)) {
      const fields = Object.entries(value).filter(([, field]) => field !== undefined);
      return Object.fromEntries(fields.map(([name, field]) => [name, copy(field, `${path}.${name}`, inside)]));
    }
  }
  throw unexpected(value, `${path}: plain data that JSON can say`);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // Of another realm, an object's prototype is not ours, but the end of its chain all the same.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
