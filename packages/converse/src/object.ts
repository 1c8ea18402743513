import { ConverseError, type Problem } from './errors.ts';
import type { JsonValue } from './one-of.ts';
import { type ExactJson, parseExactly } from './parse-exactly.ts';
import { textOf } from './read.ts';
import type { ConverseResponse } from './reply.ts';

/**
 * A schema of any library that follows Standard Schema (zod, valibot, arktype …): the part of that interface which
 * checks a value. See standardschema.dev.
 */
export type StandardSchema<Output = unknown> = {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Checks a value and gives what the schema makes of it. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
};

/** What a Standard Schema says of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that a Standard Schema found wrong. */
export type StandardIssue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

/** A plain JSON Schema. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/**
 * Reads a reply's text as JSON and holds it to a schema, a plain JSON Schema or one of Standard Schema. What does not
 * fit, or was cut off, is a {@link ConverseError} `reply_rejected`, with up to 20 problems as its `details`.
 *
 * A number that JavaScript can't hold is the text of its digits here, so that it is no other one: let the schema ask
 * for a string where such are to be expected.
 *
 * Nothing of the reply stands in the error: a key that a JSON Schema does not name is a `*` in the path. What a
 * Standard Schema finds is in that library's own words, and some name such keys.
 *
 * @throws {TypeError} if the JSON Schema itself is wrong.
 *
 * @example
 * ```ts
 * import { type ConverseResponse, parseObject } from '@outcrop/converse';
 *
 * const schema = { type: 'object', properties: { rock: { type: 'string' } }, required: ['rock'] };
 *
 * async function rockOf(reply: ConverseResponse): Promise<string> {
 *   const { rock } = await parseObject<{ rock: string }>(reply, schema);
 *   return rock;
 * }
 * ```
 */
export async function parseObject<Output>(reply: ConverseResponse, schema: StandardSchema<Output>): Promise<Output>;
/** The same by a plain JSON Schema, whose type has to be said. */
export async function parseObject<Output = JsonValue>(reply: ConverseResponse, schema: JsonSchema): Promise<Output>;
export async function parseObject(reply: ConverseResponse, schema: StandardSchema | JsonSchema): Promise<unknown> {
  const { value, warnings } = parse(reply);
  const result = isStandard(schema) ? await schema['~standard'].validate(value) : await checkJson(value, schema);
  if (result.issues === undefined) return result.value;
  const problems = result.issues
    .slice(0, maxProblems)
    .map((issue): Problem => ({ path: pathOf(issue), message: issue.message }));
  const list = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  const more = result.issues.length > maxProblems ? ` (and ${result.issues.length - maxProblems} more)` : '';
  // A string where the schema wants a number, and the model wrote one.
  const asText =
    warnings.length > 0 ? '. Numbers too long for JavaScript were read as text: ask for those as strings' : '';
  throw new ConverseError('reply_rejected', `The reply does not fit its schema: ${list}${more}${asText}`, {
    reason: 'schema_mismatch',
    details: problems,
  });
}

// Enough to see what is wrong, and a bound on what a long reply can make us say.
const maxProblems = 20;
// Deeper than anybody asks a model for. Validators call themselves, often several times a level, and the stack of a
// browser does not hold many of their calls: a hostile reply would end them.
const maxDepth = 100;

function parse(reply: ConverseResponse): ExactJson {
  const json = parseText(reply);
  if (isSound(json.value, maxDepth)) return json;
  const message = `The reply is nested deeper than ${maxDepth} levels, or a key in it is no text.`;
  throw new ConverseError('reply_rejected', message, { reason: 'unsound_json' });
}

function isSound(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (!Array.isArray(value) && !Object.keys(value).every((key) => key.isWellFormed())) return false;
  return Object.values(value).every((inside) => isSound(inside, levels - 1));
}

function parseText(reply: ConverseResponse): ExactJson {
  try {
    return parseExactly(textOf(reply));
  } catch {
    // The parser's own error quotes the reply's text, which has no place in an error.
    const cut = reply.stopReason === 'max_tokens' || reply.stopReason === 'model_context_window_exceeded';
    const reason = cut ? 'json_cut' : 'no_json';
    const message = cut
      ? `The reply was cut (${reply.stopReason}) before its JSON ended: allow more tokens.`
      : `The reply is no JSON (its stop reason is ${reply.stopReason}).`;
    throw new ConverseError('reply_rejected', message, { reason });
  }
}

function isStandard(schema: StandardSchema | JsonSchema): schema is StandardSchema {
  // Some libraries make their schemas callable.
  return (typeof schema === 'object' || typeof schema === 'function') && '~standard' in schema;
}

async function checkJson(value: unknown, schema: JsonSchema): Promise<StandardResult<unknown>> {
  // Only those who give a plain JSON Schema pay for its validator.
  const { Validator } = await import('@cfworker/json-schema');
  const names = new Set<string>();
  try {
    // A copy, because the validator writes into the schema that it is given.
    const text = JSON.stringify(schema, (key, inside) => {
      names.add(key);
      return inside;
    });
    const { valid, errors } = new Validator(JSON.parse(text), '2020-12', false).validate(value);
    if (valid) return { value };
    const causes = errors.filter(({ keyword }) => !pointers.has(keyword));
    return {
      issues: causes.map(({ instanceLocation, keyword, error }) => ({
        message: worded(keyword, error),
        path: pathTo(instanceLocation, value, names),
      })),
    };
  } catch (cause) {
    // The value is sound, so it is the schema: a reference that leads nowhere or in a circle, a pattern that is none.
    const [why = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
    throw new TypeError(`The JSON Schema can't be used: ${why}`, { cause });
  }
}

// Keywords that only say that something inside is wrong, which has an error of its own. They name the reply's keys.
const pointers: ReadonlySet<string> = new Set([
  '$ref',
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'items',
  'prefixItems',
  'allOf',
]);

/** The validator's words without the reply's own: of a number it says which one it is. */
function worded(keyword: string, error: string): string {
  if (keyword === 'false') return 'Nothing is allowed here.';
  return error.replace(/^-?\d[\d.e+-]* is /, 'The number is ');
}

/** The steps of a JSON pointer. A key that the schema does not name is the reply's own text. */
function pathTo(pointer: string, value: unknown, names: ReadonlySet<string>): (string | number)[] {
  const [, ...steps] = pointer.split('/');
  let at = value;
  return steps.map((step) => {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    const isIndex = Array.isArray(at);
    at = (at as Record<string, unknown>)[key];
    return isIndex ? Number(key) : names.has(key) ? key : '*';
  });
}

function pathOf({ path = [] }: StandardIssue): string {
  const steps = path.map((part) => {
    const key = typeof part === 'object' ? part.key : part;
    return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
  });
  return steps.join('').replace(/^\./, '');
}
