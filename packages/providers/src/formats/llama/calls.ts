import { parseExactly, type Warning } from '@outcrop/converse';
import { type Fields, isObject } from '../read-body.ts';
import { parsePythonCalls, place } from './python-calls.ts';

/** A call that a model wrote as text. */
export type WrittenCall = { name: string; input: Fields };

/**
 * The calls that a text consists of, or `undefined` if any of it is something else. Meta taught its models four ways to
 * write them: JSON objects, a list of those, a list of calls in Python, and a tag with the arguments inside. Only
 * tools that were declared are called. `warnings` takes what is to be said of them.
 */
export function parseCalls(
  text: string,
  names: ReadonlySet<string>,
  warnings: Warning[],
): readonly WrittenCall[] | undefined {
  const written = text.replace(/<\|(?:python_tag|python_start|python_end|eom_id|eot_id|eom|eot)\|>/g, '').trim();
  const found: Warning[] = [];
  const calls = parseTag(written, found) ?? parseJsonCalls(written, found) ?? parsePythonCalls(written, found);
  if (calls === undefined || calls.length === 0 || !calls.every(({ name }) => names.has(name))) return undefined;
  warnings.push(...found);
  return calls;
}

function parseTag(text: string, warnings: Warning[]): WrittenCall[] | undefined {
  const [, name, json] = /^<function=([\w.-]+)>([\s\S]*)<\/function>$/.exec(text) ?? [];
  const input = json === undefined ? undefined : parse(json, warnings);
  return name !== undefined && isObject(input) ? [{ name, input }] : undefined;
}

function parseJsonCalls(text: string, warnings: Warning[]): WrittenCall[] | undefined {
  const whole = parse(text, warnings);
  const several = () => objectsIn(text)?.map((json) => parse(json, warnings));
  const values = whole === undefined ? several() : Array.isArray(whole) ? whole : [whole];
  const calls = values?.map(callIn);
  return calls?.every((call) => call !== undefined) ? calls : undefined;
}

function callIn(value: unknown): WrittenCall | undefined {
  if (!isObject(value)) return undefined;
  const {
    name,
    parameters,
    arguments: named = parameters ?? {},
  } = isObject(value['function']) ? value['function'] : value;
  return typeof name === 'string' && isObject(named) ? { name, input: named } : undefined;
}

/** The objects of a text that consists of nothing but objects and what parts them. */
function objectsIn(text: string): string[] | undefined {
  const objects: string[] = [];
  let depth = 0;
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (quoted) {
      if (letter === '\\') at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{') {
      if (depth++ === 0) from = at;
    } else if (letter === '}') {
      if (--depth === 0) objects.push(text.slice(from, at + 1));
    } else if (depth === 0 && !/[\s;,]/.test(letter)) return undefined;
    if (depth < 0) return undefined;
  }
  return depth === 0 && !quoted ? objects : undefined;
}

function parse(json: string, warnings: Warning[]): unknown {
  try {
    const { value, warnings: found } = parseExactly(json, place);
    warnings.push(...found);
    return value;
  } catch {
    return undefined;
  }
}
