/** Reads a value that came from outside; throws a TypeError that says where it is wrong. */
export type Check<T> = (value: unknown, path: string) => T;

type Fields<T> = { [Key in keyof T]-?: Check<T[Key]> | Check<Exclude<T[Key], undefined>> };

/** An object of these fields, all of which may be left out but the `required` ones. */
export function object<T extends object>(fields: Fields<T>, required: (keyof T & string)[] = []): Check<T> {
  const known = Object.keys(fields);
  return (value, path) => {
    const given = anyObject(value, path);
    const unknown = Object.keys(given).find(
      (name) => (given as T)[name as keyof T] !== undefined && !known.includes(name),
    );
    if (unknown !== undefined) {
      throw new TypeError(`${at(path)} has no '${unknown}'. It may have: ${known.join(', ')}.`);
    }
    const missing = required.find((name) => (given as T)[name] === undefined);
    if (missing !== undefined) throw new TypeError(`${at(path)} needs '${missing}'.`);
    const entries = Object.entries(given).map(([name, inside]) => {
      // JSON has none; in code it is an option that was left out.
      if (inside === undefined) return [name, undefined];
      return [name, fields[name as keyof T](inside, path === '' ? name : `${path}.${name}`)];
    });
    return Object.fromEntries(entries) as T;
  };
}

export function number(min: number, max = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw wrong(path, `a number ${range(min, max)}`, value);
  };
}

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw wrong(path, `a whole number ${range(min, max)}`, value);
  };
}

function range(min: number, max: number): string {
  return max >= Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
}

export const flag: Check<boolean> = (value, path) => {
  if (typeof value === 'boolean') return value;
  throw wrong(path, 'true or false', value);
};

export const text: Check<string> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(path, 'a text', value);
};

/** One of these texts. */
export function oneOf<const T extends string>(names: readonly T[]): Check<T> {
  return (value, path) => {
    if ((names as readonly unknown[]).includes(value)) return value as T;
    throw wrong(path, `one of ${names.join(', ')}`, value);
  };
}

export function list<T>(each: Check<T>): Check<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value);
    return value.map((inside, index) => each(inside, `${path}[${index}]`));
  };
}

/** `undefined` too, and `null` as that: JSON has no other word for it. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : check(value, path));
}

/** An object of whatever fields. */
export const anyObject: Check<object> = (value, path) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw wrong(path, 'an object', value);
};

/** An object of which names and values are checked. */
export function record<T>(name: Check<string>, each: Check<T>): Check<Record<string, T>> {
  return (value, path) => {
    return Object.fromEntries(
      Object.entries(anyObject(value, path)).map(([key, inside]) => [name(key, path), each(inside, `${path}.${key}`)]),
    );
  };
}

/** What is said of a value that is something else than it has to be. */
export function wrong(path: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${at(path)} has to be ${wanted}, and it is ${shown(value)}.`);
}

function at(path: string): string {
  return path === '' ? 'it' : path;
}

// The shortest of AWS's keys has 20 letters, and may stand where something else was meant.
const longestWord = 16;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.length > longestWord ? 'a longer text' : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}
