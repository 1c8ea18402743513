import type { ConverseRequest, JsonValue } from '@outcrop/converse';
import { isObject } from './read-body.ts';
import { invalid } from './refuse.ts';

/** A JSON object. */
export type JsonObject = { [key: string]: JsonValue };

/** The fields that are there: a body holds no `undefined`, and services refuse fields that they do not expect. */
export function present(fields: { [key: string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

/**
 * Adds to a body what the request says beside the vocabulary: `additionalModelRequestFields`, which win, object by
 * object, and how a guardrail goes through a stream. `joined` names the lists that are joined instead of replaced.
 */
export function withRequestFields(
  body: JsonObject,
  request: ConverseRequest,
  joined: readonly string[] = [],
): JsonObject {
  const { additionalModelRequestFields: extra, guardrailConfig } = request;
  const mode = guardrailConfig?.streamProcessingMode;
  const whole = mode
    ? { ...body, 'amazon-bedrock-guardrailConfig': { streamProcessingMode: streamModes[mode] } }
    : body;
  if (extra === undefined || extra === null) return whole;
  if (!isObject(extra))
    throw invalid('additionalModelRequestFields', 'a body is made of fields, so it has to be an object');
  return merge(whole, extra as JsonObject, joined);
}

const streamModes = { sync: 'SYNCHRONOUS', async: 'ASYNCHRONOUS' } as const;

/** Both, object by object; the second wins. Nothing is written to either, nor to anybody's prototype. */
export function merge(first: JsonObject, second: JsonObject, joined: readonly string[] = []): JsonObject {
  const merged = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const before = merged.get(key);
    if (Array.isArray(before) && Array.isArray(value) && joined.includes(key)) merged.set(key, [...before, ...value]);
    else
      merged.set(key, isObject(before) && isObject(value) ? merge(before as JsonObject, value as JsonObject) : value);
  }
  return Object.fromEntries(merged);
}

/** What the request's `additionalModelResponseFieldPaths` point at. A stream has no other place for what Bedrock finds under `/delta`. */
export function askedFields(
  native: JsonObject,
  { additionalModelResponseFieldPaths = [] }: ConverseRequest,
): JsonObject {
  return additionalModelResponseFieldPaths.reduce<JsonObject>((asked, pointer) => {
    const steps = pointer
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const value = at(native, steps) ?? at({ delta: native }, steps);
    if (value === undefined || steps.length === 0) return asked;
    return merge(
      asked,
      steps.reduceRight<JsonValue>((inside, step) => Object.fromEntries([[step, inside]]), value) as JsonObject,
    );
  }, {});
}

function at(root: JsonValue, steps: readonly string[]): JsonValue | undefined {
  return steps.reduce<unknown>(
    (value, step) =>
      (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, step) ? (value as JsonObject)[step] : undefined,
    root,
  ) as JsonValue | undefined;
}
