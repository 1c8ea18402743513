import { ConverseError, type Problem } from './errors.ts';
import type { JsonValue } from './one-of.ts';
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
 * fit, or was cut off, is a {@link ConverseError} `reply_rejected`, with the problems as its `details`.
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
export async function parseObject<Output = JsonValue>(reply: ConverseResponse, schema: JsonSchema): Promise<Output>;
export async function parseObject(reply: ConverseResponse, schema: StandardSchema | JsonSchema): Promise<unknown> {
  const value = parse(reply);
  const result = isStandard(schema) ? await schema['~standard'].validate(value) : await checkJson(value, schema);
  if (result.issues === undefined) return result.value;
  const problems = result.issues.map((issue): Problem => ({ path: pathOf(issue), message: issue.message }));
  const list = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new ConverseError('reply_rejected', `The reply does not fit its schema: ${list}`, {
    reason: 'schema_mismatch',
    details: problems,
  });
}

function parse(reply: ConverseResponse): unknown {
  try {
    return JSON.parse(textOf(reply));
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
  const { valid, errors } = new Validator(schema, '2020-12', false).validate(value);
  if (valid) return { value };
  const causes = errors.filter(({ keyword }) => !pointers.has(keyword));
  return {
    issues: causes.map(({ instanceLocation, error }) => ({
      message: error,
      path: instanceLocation.split('/').slice(1).map(unescapePointer),
    })),
  };
}

// Keywords that only say that something inside is wrong, which has an error of its own.
const pointers: ReadonlySet<string> = new Set(['$ref', 'properties', 'items', 'prefixItems', 'allOf']);

function unescapePointer(part: string): string {
  return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
}

function pathOf({ path = [] }: StandardIssue): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
