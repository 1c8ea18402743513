import { ConverseError, type Problem } from '../errors.ts';
import { bytes, json, type Shape, string } from './shape.ts';

/** Which way, and what to say if it fails. */
export type Conversion = {
  /** How bytes are written. With it the types are trusted, and without it nothing is. */
  encode?: ((bytes: Uint8Array) => string) | undefined;
  /** How bytes are read, or in words why not. */
  decode?: ((base64: string) => Uint8Array | string) | undefined;
  code: 'invalid_request' | 'malformed_reply';
  /** What the value is called in messages. */
  name: string;
  /** What paths begin with. */
  at?: string | undefined;
};

// Deeper than any schema or document that a model is shown, shallow enough for every browser's stack.
const maxDepth = 512;
// Enough to see what is wrong, and a bound on what a hostile text can make us say.
const maxProblems = 20;

/** Copies a value, guided by its shape, and turns bytes into base64 or back. Throws with every problem it found. */
export function convert(root: unknown, shape: Shape, { encode, decode, code, name, at }: Conversion): unknown {
  const reading = encode === undefined;
  const path: (string | number)[] = at === undefined ? [] : [at];
  // Mostly four or five, so that looking through them takes less than a set of them.
  const parents: unknown[] = [];
  const problems: Problem[] = [];

  const copy = visit(root, shape);
  if (problems.length > 0) fail();
  return copy;

  function visit(value: unknown, shape: Shape): unknown {
    // Most of what there is.
    if (typeof value === 'string' && (encode || shape === string || shape.kind === undefined)) return value;
    const kind = kindOf(value);
    if (encode && kind === bytesKind && shape !== json) return encode(value as Uint8Array);
    if (!jsonKinds.has(kind)) return note(`${kind} is not JSON`);
    if (reading && shape.kind !== undefined && shape.kind !== kind) return note(`expected ${shape.kind}, got ${kind}`);
    if (decode && shape === bytes) return orNote(decode(value as string));
    if (kind !== 'an array' && kind !== 'an object') return value;
    if (parents.includes(value)) return note('it contains itself');
    if (path.length >= maxDepth) return note(`nested deeper than ${maxDepth} levels`);
    parents.push(value);
    const copy = Array.isArray(value) ? visitArray(value, shape) : visitObject(value as object, shape);
    parents.pop();
    return copy;
  }

  function visitArray(array: unknown[], { inside }: Shape): unknown[] {
    const copy: unknown[] = [];
    // By index, because a gap is an error too. Behind it there may be four billion more.
    for (let index = 0; index < array.length && copy.length === index; index++) {
      path.push(index);
      if (index in array) copy.push(visit(array[index], inside));
      else note('a gap in the array');
      path.pop();
    }
    return copy;
  }

  function visitObject(object: object, shape: Shape): object {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(object)) {
      const value: unknown = object[key as never];
      const inside = shape.fields?.get(key) ?? shape.inside;
      // The service takes a known field that is null as left out. In a document, null is a value.
      if (value === undefined || (reading && value === null && inside.kind !== undefined)) continue;
      path.push(key);
      if (key !== '__proto__') copy[key] = visit(value, inside);
      else if (shape.kind !== undefined) note('no field may have this name');
      // In a document, and in what nobody knows, it is data and stays as `JSON.parse` made it: a property like any other.
      else Object.defineProperty(copy, key, { ...ownProperty, value: visit(value, inside) });
      path.pop();
    }
    if (reading) check(copy, shape);
    return copy;
  }

  function check(copy: object, { required = [], leastKeys }: Shape): void {
    for (const key of required) {
      path.push(key);
      if (!Object.hasOwn(copy, key)) note('is missing');
      path.pop();
    }
    if (leastKeys === undefined) return;
    const { length } = Object.keys(copy);
    if (length > 1 || length < leastKeys) note(`expected one key, got ${length}`);
  }

  function orNote(decoded: Uint8Array | string): Uint8Array | undefined {
    return typeof decoded === 'string' ? note(decoded) : decoded;
  }

  function note(message: string): undefined {
    problems.push({ path: written(path), message });
    if (problems.length === maxProblems) fail();
  }

  function fail(): never {
    const [first] = problems as [Problem];
    const place = first.path && `${first.path}: `;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more: see problems)` : '';
    throw new ConverseError(code, `This is not ${name}: ${place}${first.message}${more}.`, { problems });
  }
}

const ownProperty = { writable: true, enumerable: true, configurable: true };

const bytesKind = 'a Uint8Array';
const jsonKinds: ReadonlySet<string> = new Set(['null', 'a boolean', 'a number', 'a string', 'an array', 'an object']);

/** What a value is, in words. Its contents are somebody's prompt and never said. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'an array';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return 'an object';
  // By its tag, because the bytes of another realm (a frame, a test's window) are no instance of this one's class.
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === 'Promise') return 'a Promise (is an `await` missing?)';
  return ArrayBuffer.isView(value) && tag === 'Uint8Array' ? bytesKind : `an instance of a class (${tag})`;
}

function written(path: (string | number)[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w$-]{1,64}$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 64))}]`;
  });
  const whole = steps.join('').replace(/^\./, '');
  return whole.length > 300 ? `${whole.slice(0, 300)}…` : whole;
}
