import type { ConverseRequest } from '@outcrop/converse';
import { isRecursive } from './recursive-schema.ts';
import { constraint, fromModel, isObject, type Rules, unsupported } from './rule.ts';
import { hasOpenObject } from './tools.ts';

// User guide, structured output: what a schema may not hold.
const unsupportedKeywords: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
]);

/** How the answer has to look. */
export const outputRules: Rules = [
  {
    id: 'effort_length',
    on: 'request',
    source: 'service model, OutputConfig',
    check: ({ outputConfig }) =>
      (outputConfig?.effort?.length ?? 0) > 16 &&
      constraint(outputConfig?.effort, 'outputConfig.effort', 'have length less than or equal to 16'),
  },
  {
    id: 'structured_output_unsupported',
    on: 'request',
    source: 'user guide, structured output: models; wording not verified',
    feature: 'textFormat',
    check: ({ outputConfig }, { traits }) =>
      outputConfig?.textFormat !== undefined &&
      traits.structuredOutput === false &&
      unsupported('outputConfig.textFormat'),
  },
  {
    id: 'output_schema_json',
    on: 'request',
    source: 'API reference, JsonSchemaDefinition: a JSON text of an object; wording not verified',
    check: (request) =>
      schemaText(request) !== undefined &&
      !isObject(schemaOf(request)) &&
      'The value at outputConfig.textFormat.structure.jsonSchema.schema is invalid. Provide a json object for the field and try again.',
  },
  {
    id: 'output_schema_keyword',
    on: 'request',
    source: 'user guide, structured output: unsupported features of JSON Schema; wording not verified',
    check: (request) => {
      const keyword = unsupportedIn(schemaOf(request));
      return keyword !== undefined && fromModel(`output_config.format.schema: property '${keyword}' is not supported`);
    },
  },
  {
    id: 'output_schema_open_object',
    on: 'request',
    source: 'user guide, structured output; error text, Claude',
    check: (request) =>
      hasOpenObject(schemaOf(request)) &&
      fromModel(
        "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
      ),
  },
  {
    id: 'output_schema_recursive',
    on: 'request',
    source: 'user guide, structured output: unsupported features of JSON Schema; wording not verified',
    check: (request) =>
      isRecursive(schemaOf(request)) && fromModel('output_config.format.schema: Recursive schemas are not supported'),
  },
  {
    id: 'structured_output_with_citations',
    on: 'whole',
    source: 'user guide, structured output; wording not verified',
    check: (request, { seen }) =>
      schemaText(request) !== undefined &&
      seen.citations &&
      'Structured output is not supported with citations. Disable citations or remove outputConfig.textFormat and try again.',
  },
  {
    id: 'structured_output_with_prefill',
    on: 'whole',
    source: 'user guide, structured output; wording not verified',
    check: (request) =>
      schemaText(request) !== undefined &&
      request.messages?.at(-1)?.role === 'assistant' &&
      'Structured output is not supported with assistant message prefill.',
  },
];

function schemaText({ outputConfig }: ConverseRequest): string | undefined {
  return outputConfig?.textFormat?.structure.jsonSchema?.schema;
}

function schemaOf(request: ConverseRequest): unknown {
  const text = schemaText(request);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first keyword of a schema that may not be in it. Names of properties are no keywords. */
function unsupportedIn(schema: unknown): string | undefined {
  if (Array.isArray(schema)) return firstOf(schema, unsupportedIn);
  if (!isObject(schema)) return undefined;
  return firstOf(Object.entries(schema), ([keyword, inside]) => {
    if (unsupportedKeywords.has(keyword)) return keyword;
    if (keyword === 'minItems') return inside !== 0 && inside !== 1 ? keyword : undefined;
    if (keyword === 'enum' || keyword === 'const' || keyword === 'default' || keyword === 'examples') return undefined;
    if (keyword === '$ref') return typeof inside === 'string' && !inside.startsWith('#') ? keyword : undefined;
    const isByName = keyword === 'properties' || keyword === '$defs' || keyword === 'definitions';
    return isByName && isObject(inside) ? firstOf(Object.values(inside), unsupportedIn) : unsupportedIn(inside);
  });
}

function firstOf<T>(list: T[], find: (each: T) => string | undefined): string | undefined {
  for (const each of list) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
