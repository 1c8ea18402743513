import type { JsonValue } from '@outcrop/converse';
import { isJsonObject } from './shape.ts';

/**
 * Why a schema is none that Bedrock makes a grammar of, if it is not. It takes a part of JSON Schema and refuses the
 * whole request for a keyword beyond it, so what is not known to pass counts as beyond.
 */
export function outsideGrammar(schema: { [key: string]: JsonValue }): string | undefined {
  const open = new Set<string>();
  const passed = new Set<string>();

  function visit(node: JsonValue, depth: number): string | undefined {
    if (!isJsonObject(node)) return 'a schema in the schema is no object';
    if (depth > deepest) return `the schema is nested deeper than ${deepest} levels`;
    for (const [keyword, value] of Object.entries(node)) {
      const found = visitKeyword(keyword, value, depth);
      if (found !== undefined) return found;
    }
    const isObjectType = node['type'] === 'object' || node['properties'] !== undefined;
    if (isObjectType && node['additionalProperties'] !== false) {
      return 'an object in the schema does not say `additionalProperties: false`';
    }
    return undefined;
  }

  function visitKeyword(keyword: string, value: JsonValue, depth: number): string | undefined {
    if (schemas.has(keyword)) return visit(value, depth + 1);
    if (listsOfSchemas.has(keyword)) return Array.isArray(value) ? first(value, depth) : `\`${keyword}\` is no list`;
    if (mapsOfSchemas.has(keyword))
      return isJsonObject(value) ? first(Object.values(value), depth) : `\`${keyword}\` is no object`;
    if (keyword === '$ref') return visitReference(value, depth);
    if (keyword === 'additionalProperties') return value === false ? undefined : '`additionalProperties` is not false';
    if (keyword === 'minItems') return value === 0 || value === 1 ? undefined : '`minItems` is more than 1';
    return plain.has(keyword) ? undefined : `the schema uses \`${keyword.slice(0, 40)}\``;
  }

  function first(nodes: readonly JsonValue[], depth: number): string | undefined {
    for (const node of nodes) {
      const found = visit(node, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function visitReference(reference: JsonValue, depth: number): string | undefined {
    const target = typeof reference === 'string' ? resolve(schema, reference) : undefined;
    if (typeof reference !== 'string' || target === undefined) return 'a `$ref` leads out of the schema';
    if (passed.has(reference)) return undefined;
    if (open.has(reference)) return 'the schema is recursive';
    open.add(reference);
    const found = visit(target, depth + 1);
    open.delete(reference);
    if (found === undefined) passed.add(reference);
    return found;
  }

  return visit(schema, 0);
}

const deepest = 100;
const schemas: ReadonlySet<string> = new Set(['items']);
const listsOfSchemas: ReadonlySet<string> = new Set(['anyOf', 'allOf']);
const mapsOfSchemas: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);
const plain: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'type',
  'title',
  'description',
  'default',
  'examples',
  'enum',
  'const',
  'format',
  'required',
]);

/** What an inner reference points at, such as `#/$defs/rock`. */
function resolve(schema: JsonValue, reference: string): JsonValue | undefined {
  const [start, ...steps] = reference.split('/');
  if (start !== '#' || steps.length === 0) return undefined;
  let at: JsonValue | undefined = schema;
  for (const step of steps) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}
