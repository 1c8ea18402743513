import { ConverseError, type JsonValue } from '@outcrop/converse';

/** An object of a reply. Nothing is trusted to be there, or to be what it should. */
export type Fields = { readonly [key: string]: unknown };

/** The error for a reply that is not what its format says. */
export function malformed(path: string, message: string, cause?: unknown): ConverseError<'malformed_reply'> {
  return new ConverseError('malformed_reply', `${path || 'The reply'}: ${message}`, {
    problems: [{ path, message }],
    cause,
  });
}

/** The value as an object. */
export function objectAt(value: unknown, path: string): Fields {
  if (isObject(value)) return value;
  throw malformed(path, `it should be an object, and it is ${kindOf(value)}`);
}

/** The value as a list; none if there is no value. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformed(path, `it should be a list, and it is ${kindOf(value)}`);
}

/** The value as a text. */
export function textAt(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw malformed(path, `it should be a text, and it is ${kindOf(value)}`);
}

/** The value as a text, or `undefined` if there is no value. */
export function maybeTextAt(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : textAt(value, path);
}

/** The value as a count, or `undefined` if it is none: nobody's answer is lost over a wrong figure. */
export function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** What stands at a path such as `results.0.outputText`. */
export function valueAt(root: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, step) => (isContainer(at) && Object.hasOwn(at, step) ? at[step] : undefined), root);
}

export function isObject(value: unknown): value is Fields {
  return isContainer(value) && !Array.isArray(value);
}

/** What JSON holds is JSON. */
export function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}

function isContainer(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
