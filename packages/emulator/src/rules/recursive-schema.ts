import { isObject } from './rule.ts';

/** Whether a reference of the schema leads to itself again, at whatever depth. */
export function isRecursive(schema: unknown): boolean {
  const open = new Set<string>();
  const passed = new Set<string>();

  function leadsBack(node: unknown, depth: number): boolean {
    if (typeof node !== 'object' || node === null || depth > deepest) return false;
    if (Array.isArray(node)) return node.some((each) => leadsBack(each, depth + 1));
    // What stands in these is data.
    const { $ref, enum: _, const: __, default: ___, examples: ____, ...inside } = node as Record<string, unknown>;
    return followsBack($ref, depth) || Object.values(inside).some((each) => leadsBack(each, depth + 1));
  }

  function followsBack(reference: unknown, depth: number): boolean {
    if (typeof reference !== 'string' || passed.has(reference)) return false;
    if (open.has(reference)) return true;
    open.add(reference);
    const isBack = leadsBack(targetOf(schema, reference), depth + 1);
    open.delete(reference);
    if (!isBack) passed.add(reference);
    return isBack;
  }

  return leadsBack(schema, 0);
}

const deepest = 500;

/** What an inner reference points at, such as `#` or `#/$defs/rock`. */
function targetOf(schema: unknown, reference: string): unknown {
  const [start, ...steps] = reference.split('/');
  if (start !== '#') return undefined;
  let at: unknown = schema;
  for (const step of steps) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}
