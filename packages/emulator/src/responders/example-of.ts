import type { JsonValue } from '@outcrop/converse';

type Schema = { [keyword: string]: JsonValue };

// A schema may refer to itself for ever.
const maxDepth = 16;

/**
 * A small value that a JSON Schema allows: what it names itself (`const`, `enum`, `default`, `examples`), else the least
 * of its type. `pattern`, `not`, `if` and `uniqueItems` are not looked at.
 */
export function exampleOf(root: JsonValue): JsonValue {
  return example(root, maxDepth);

  function example(node: JsonValue | undefined, depth: number): JsonValue {
    if (!isSchema(node) || depth === 0) return {};
    const schema = withoutReferences(node, depth);
    const named = schema['const'] ?? first(schema['enum']) ?? schema['default'] ?? first(schema['examples']);
    if (named !== undefined) return named;
    switch (typeOf(schema)) {
      case 'string':
        return exampleText(schema);
      case 'number':
      case 'integer':
        return exampleNumber(schema);
      case 'boolean':
        return true;
      case 'null':
        return null;
      case 'array':
        return Array.from({ length: numberIn(schema, 'minItems') ?? 0 }, () => example(schema['items'], depth - 1));
      default:
        return exampleObject(schema, depth - 1);
    }
  }

  function exampleObject({ required, properties }: Schema, depth: number): JsonValue {
    const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
    const schemas = isSchema(properties) ? properties : {};
    return Object.fromEntries(names.map((name) => [name, example(schemas[name], depth)]));
  }

  /** With what it refers to, all of `allOf` and one of each choice, which is not `null` if it can be helped. */
  function withoutReferences({ $ref, allOf, anyOf, oneOf, ...own }: Schema, depth: number): Schema {
    const choices = [anyOf, oneOf].map((list) => (Array.isArray(list) ? (list.find(isNotNull) ?? list[0]) : undefined));
    const parts = [target($ref), ...(Array.isArray(allOf) ? allOf : []), ...choices].filter(isSchema);
    if (depth === 0) return own;
    return parts.map((part) => withoutReferences(part, depth - 1)).reduce(merged, own);
  }

  function target($ref: JsonValue | undefined): JsonValue | undefined {
    if (typeof $ref !== 'string' || !$ref.startsWith('#')) return undefined;
    const steps = $ref.split('/').slice(1);
    return steps.reduce<JsonValue | undefined>((at, step) => {
      return isSchema(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
    }, root);
  }
}

function merged(schema: Schema, part: Schema): Schema {
  const required = [schema['required'], part['required']].flatMap((names) => (Array.isArray(names) ? names : []));
  const properties = { ...(part['properties'] as Schema), ...(schema['properties'] as Schema) };
  return { ...part, ...schema, required, properties };
}

function typeOf({ type, items }: Schema): JsonValue {
  const named = Array.isArray(type) ? (type.find((each) => each !== 'null') ?? type[0]) : type;
  return named ?? (items === undefined ? 'object' : 'array');
}

const textOfFormat: Record<string, string> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function exampleText(schema: Schema): string {
  const text = textOfFormat[String(schema['format'])] ?? 'example';
  return text.padEnd(numberIn(schema, 'minLength') ?? 0, '.').slice(0, numberIn(schema, 'maxLength'));
}

function exampleNumber(schema: Schema): number {
  const step = numberIn(schema, 'multipleOf') ?? (typeOf(schema) === 'integer' ? 1 : undefined);
  const above = numberIn(schema, 'exclusiveMinimum');
  const below = numberIn(schema, 'exclusiveMaximum');
  const most = numberIn(schema, 'maximum') ?? Number.POSITIVE_INFINITY;
  const least = Math.max(numberIn(schema, 'minimum') ?? 0, above ?? Number.NEGATIVE_INFINITY);
  if (step === undefined)
    return least === above ? (least + Math.min(most, below ?? least + 2)) / 2 : Math.min(least, most);
  const stepped = Math.ceil(Math.min(least, most) / step) * step;
  return stepped === above ? stepped + step : stepped;
}

function numberIn(schema: Schema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

function first(list: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(list) ? list[0] : undefined;
}

function isNotNull(schema: JsonValue): boolean {
  return isSchema(schema) && schema['type'] !== 'null';
}

function isSchema(value: JsonValue | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
