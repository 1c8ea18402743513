import { isBase64 } from './bytes.ts';

/** What a place in a body may hold: a table, from which both the check and the type of what has passed it come. */
export type Schema<T = unknown> = Node & { readonly holds?: T };

/** The type of what has passed the check. */
export type Checked<S> = S extends Schema<infer T> ? T : never;

type Node =
  | { kind: 'anything' | 'boolean' | 'null' }
  | { kind: 'string'; minLength?: number; allowed?: readonly string[]; pattern?: Pattern; words?: WordsFor }
  | { kind: 'number' | 'integer'; minimum?: number; maximum?: number }
  | { kind: 'array'; items: Node; minItems?: number; maxItems?: number; words?: WordsFor }
  | { kind: 'object'; fields: ReadonlyMap<string, Node>; required: readonly string[]; open: boolean }
  | { kind: 'union'; of: readonly Node[] }
  | { kind: 'tagged'; tag: string; of: Readonly<Record<string, Node>>; absent?: string; unknown?: Node };

/** A regular expression, or what is too long for one. */
type Pattern = { readonly source: string; test(value: string): boolean };

/** What a family says of what is wrong in that place, with the beginning of the value. */
type WordsFor = (quote: string) => string;

type Limits<K extends Node['kind']> = Partial<Omit<Extract<Node, { kind: K }>, 'kind' | 'items' | 'allowed'>>;

export const anything: Schema = { kind: 'anything' };
export const boolean: Schema<boolean> = { kind: 'boolean' };
export const nothing: Schema<null> = { kind: 'null' };

/** Base64 with padding, without whitespace. */
export const base64: Schema<string> = { kind: 'string', pattern: { source: 'base64', test: isBase64 } };

export function string(limits: Limits<'string'> = {}): Schema<string> {
  return { kind: 'string', ...limits };
}

/** One of these strings. */
export function literal<const T extends string>(...allowed: T[]): Schema<T> {
  return { kind: 'string', allowed };
}

export function number(minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): Schema<number> {
  return { kind: 'number', minimum, maximum };
}

export function integer(minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): Schema<number> {
  return { kind: 'integer', minimum, maximum };
}

export function list<T>(items: Schema<T>, limits: Limits<'array'> = {}): Schema<T[]> {
  return { kind: 'array', items, ...limits };
}

type Fields = Readonly<Record<string, Schema>>;
type ObjectOf<F extends Fields> = {
  [K in keyof F as K extends `${string}?` ? never : K]: Checked<F[K]>;
} & { [K in keyof F as K extends `${infer Name}?` ? Name : never]?: Checked<F[K]> | undefined };

/** An object with these keys and no others; those with a `?` behind their names may be left out. */
export function object<F extends Fields>(fields: F): Schema<ObjectOf<F>> {
  const names = Object.keys(fields);
  return {
    kind: 'object',
    fields: new Map(Object.entries<Node>(fields).map(([name, node]) => [name.replace('?', ''), node])),
    required: names.filter((name) => !name.endsWith('?')),
    open: false,
  };
}

/** An object with any keys. */
export const record: Schema<Record<string, unknown>> = { kind: 'object', fields: new Map(), required: [], open: true };

/** One of several, told apart by the type of JSON. */
export function union<S extends Schema[]>(...of: S): Schema<Checked<S[number]>> {
  return { kind: 'union', of };
}

/** One of several objects, told apart by the value of one key, which is added to the fields of each. */
export function tagged<Tag extends string, const F extends Readonly<Record<string, Fields>>>(
  tag: Tag,
  of: F,
  others: {
    /** Which one it is where the key is left out. */
    absent?: keyof F & string;
    /** What it may hold where the key has another value. @default nothing */
    unknown?: Schema;
  } = {},
): Schema<{ [K in keyof F]: { [T in Tag]: K } & ObjectOf<F[K]> }[keyof F]> {
  const objects = Object.entries(of).map(([name, fields]) => {
    return [name, object({ [name === others.absent ? `${tag}?` : tag]: literal(name), ...fields })];
  });
  return { kind: 'tagged', tag, of: Object.fromEntries(objects), ...others };
}

/** What is wrong in one place. */
export type Violation = {
  /** Keys and indexes. With a `tag` in front it is which one of several objects, and no place in the JSON. */
  path: readonly (string | number | { tag: string })[];
} & (
  | { type: 'missing' | 'extraneous'; key: string }
  | { type: 'type'; expected: string[]; found: string }
  | { type: 'minimum' | 'maximum'; value: number; bound: number }
  | { type: 'min_items' | 'max_items' | 'min_length'; count: number; bound: number; words?: string | undefined }
  | { type: 'value'; value: string; allowed: readonly string[]; words?: string | undefined }
  | { type: 'tag'; value: string; tag: string; allowed: readonly string[] }
  | { type: 'pattern'; value: string; pattern: string; words?: string | undefined }
);

// More would help nobody, and a hostile body could ask for any number of them.
const mostViolations = 10;
// Bedrock quotes keys and values in its errors. What is longer than this is no name.
const longestQuote = 64;

/** What is wrong with a value, as far as it is worth saying. Keys that nobody knows may be no fault. */
export function violationsOf(
  root: unknown,
  schema: Schema,
  { allowsUnknownKeys = false }: { allowsUnknownKeys?: boolean } = {},
): Violation[] {
  const violations: Violation[] = [];
  const path: Violation['path'][number][] = [];
  visit(root, schema);
  return violations;

  function visit(value: unknown, node: Node): void {
    if (node.kind === 'anything') return;
    const found = kindOf(value);
    const fitting = node.kind === 'union' ? node.of.find((each) => fits(found, each)) : fits(found, node) && node;
    if (!fitting) {
      note({ type: 'type', expected: node.kind === 'union' ? node.of.map(jsonKind) : [jsonKind(node)], found });
    } else if (fitting.kind === 'string') checkString(value as string, fitting);
    else if (fitting.kind === 'number' || fitting.kind === 'integer') checkNumber(value as number, fitting);
    else if (fitting.kind === 'array') checkArray(value as unknown[], fitting);
    else if (fitting.kind === 'object') checkObject(value as object, fitting);
    else if (fitting.kind === 'tagged') checkTagged(value as Record<string, unknown>, fitting);
  }

  function checkString(value: string, { minLength = 0, allowed, pattern, words }: NodeOf<'string'>): void {
    const quote = value.slice(0, longestQuote);
    if (value.length < minLength)
      note({ type: 'min_length', count: value.length, bound: minLength, words: words?.(quote) });
    if (allowed && !allowed.includes(value)) note({ type: 'value', value: quote, allowed, words: words?.(quote) });
    if (pattern && !pattern.test(value))
      note({ type: 'pattern', value: quote, pattern: pattern.source, words: words?.(quote) });
  }

  function checkNumber(value: number, { minimum = -Infinity, maximum = Infinity }: NodeOf<'number' | 'integer'>): void {
    if (value < minimum) note({ type: 'minimum', value, bound: minimum });
    if (value > maximum) note({ type: 'maximum', value, bound: maximum });
  }

  function checkArray(value: unknown[], { items, minItems = 0, maxItems = Infinity, words }: NodeOf<'array'>): void {
    const count = value.length;
    if (count < minItems) note({ type: 'min_items', count, bound: minItems, words: words?.('') });
    if (count > maxItems) note({ type: 'max_items', count, bound: maxItems });
    else for (const [index, each] of value.entries()) inside(index, each, items);
  }

  function checkObject(value: object, { fields, required, open }: NodeOf<'object'>): void {
    for (const key of required) if (!Object.hasOwn(value, key)) note({ type: 'missing', key });
    for (const [key, each] of Object.entries(value)) {
      const node = fields.get(key);
      if (node) inside(key, each, node);
      else if (!open && !allowsUnknownKeys) note({ type: 'extraneous', key: key.slice(0, longestQuote) });
    }
  }

  function checkTagged(value: Record<string, unknown>, { tag, of, absent, unknown }: NodeOf<'tagged'>): void {
    const name = value[tag] ?? absent;
    if (name === undefined) note({ type: 'missing', key: tag });
    else if (typeof name !== 'string') inside(tag, name, { kind: 'string' });
    else {
      const node = Object.hasOwn(of, name) ? of[name] : unknown;
      if (node) inside({ tag: name }, value, node);
      else note({ type: 'tag', value: name.slice(0, longestQuote), tag, allowed: Object.keys(of) });
    }
  }

  function inside(step: Violation['path'][number], value: unknown, node: Node): void {
    path.push(step);
    visit(value, node);
    path.pop();
  }

  // Distributed over the union, which `Omit` is not.
  function note(violation: Violation extends infer V ? (V extends Violation ? Omit<V, 'path'> : never) : never): void {
    if (violations.length < mostViolations) violations.push({ ...violation, path: [...path] } as Violation);
  }
}

type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function fits(found: string, node: Node): boolean {
  const wanted = jsonKind(node);
  return wanted === found || (wanted === 'number' && found === 'integer');
}

function jsonKind({ kind }: Node): string {
  return kind === 'tagged' ? 'object' : kind;
}
