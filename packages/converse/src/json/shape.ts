/**
 * What stands in a place whose type is `T`. Shapes go up to types only: whatever fits the type fits the shape, so the
 * compiler holds the table of shapes to the types.
 */
export type Shape<in T = never> = {
  /** What is expected there, in words. Left out, anything is. */
  readonly kind?: 'a string' | 'a number' | 'a boolean' | 'an array' | 'an object';
  /** What is inside: of an array in each place, of an object in each field that is not one of `fields`. */
  readonly inside: Shape;
  readonly fields?: ReadonlyMap<string, Shape>;
  readonly required?: readonly string[];
  /** Of a union: the fewest keys it may have. The most is one. */
  readonly leastKeys?: 0 | 1;
  readonly takes?: (value: T) => void;
};

/** Something that nobody knows. */
export const any: Shape<unknown> = {
  get inside() {
    return any;
  },
};

/** A document of free JSON, in which no bytes may be. */
export const json: Shape<unknown> = {
  get inside() {
    return json;
  },
};

/**
 * What `toJson` is given, whatever it is: all that matters on the way out is where documents of free JSON begin, in
 * which bytes would be a mistake. So who only sends does not load the table of shapes.
 */
export const outgoing: Shape = {
  get inside() {
    return outgoing;
  },
  fields: new Map(
    ['input', 'json', 'additionalModelRequestFields', 'additionalModelResponseFields', 'trace', 'error'].map((key) => [
      key,
      json,
    ]),
  ),
};

export const string: Shape<string> = { kind: 'a string', inside: any };
export const number: Shape<number> = { kind: 'a number', inside: any };
export const boolean: Shape<boolean> = { kind: 'a boolean', inside: any };

/** Bytes, which are base64 in JSON. */
export const bytes: Shape<Uint8Array> = { kind: 'a string', inside: any };

/** An array. */
// @__NO_SIDE_EFFECTS__
export function list<T>(inside: Shape<T>): Shape<T[]> {
  return { kind: 'an array', inside };
}

/** An object with keys that the caller chooses. */
// @__NO_SIDE_EFFECTS__
export function record<T>(inside: Shape<T>): Shape<Record<string, T>> {
  return { kind: 'an object', inside };
}

/** The fields of `T`, each of them once, and the optional ones with a `?` behind their names. */
export type Fields<T> = {
  readonly [K in keyof T & string as undefined extends T[K] ? `${K}?` : K]: Shape<NonNullable<T[K]>>;
};

/** An object with known fields, beside which there may be others. */
// @__NO_SIDE_EFFECTS__
export function struct<T>(fields: Fields<T>): Shape<T> {
  const entries = Object.entries<Shape>(fields);
  return {
    kind: 'an object',
    inside: any,
    fields: new Map(entries.map(([name, shape]) => [name.replace('?', ''), shape])),
    required: entries.flatMap(([name]) => (name.endsWith('?') ? [] : name)),
  };
}

/** An object with one key: one of those of the union `T`, or one that nobody knows yet. */
// @__NO_SIDE_EFFECTS__
export function oneOf<T>(
  fields: { readonly [K in keyof T & string]-?: Shape<NonNullable<T[K]>> },
  leastKeys: 0 | 1 = 1,
): Shape<T> {
  return { kind: 'an object', inside: any, fields: new Map(Object.entries<Shape>(fields)), leastKeys };
}
