import type { JsonValue } from './one-of.ts';
import type { Warning } from './reply.ts';

/** What a JSON text says, and a warning if a number of it had to be told as text. */
export type ExactJson = { value: JsonValue; warnings: Warning[] };

/**
 * `JSON.parse` that makes no number another one. What JavaScript's numbers can't hold, such as an order number of 20
 * digits or `1e400`, becomes the text of its digits, and a warning names the place. A fraction is rounded as ever, and
 * so is what is written with an exponent: of those nobody expects each digit.
 *
 * @param path where in the request or the reply the text stands, for the warning
 * @throws {SyntaxError} as `JSON.parse` does
 *
 * @example
 * ```ts
 * import { parseExactly } from '@outcrop/converse';
 *
 * parseExactly('{"order":12345678901234567890}').value; // { order: '12345678901234567890' }
 * ```
 */
export function parseExactly(json: string, path = ''): ExactJson {
  const value = JSON.parse(json) as JsonValue;
  if (!suspicious.test(json)) return { value, warnings: [] };
  const exact = JSON.parse(withLongNumbersQuoted(json)) as JsonValue;
  const places = differences(value, exact, path);
  const [first] = places;
  return first === undefined
    ? { value, warnings: [] }
    : { value: exact, warnings: [numberAsText(first, places.length)] };
}

/** The number that is written so, or the text itself if JavaScript would write another number back. */
export function exactNumber(written: string): number | string {
  const value = Number(written);
  if (Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) return written;
  const isRounded = Math.abs(value) > Number.MAX_SAFE_INTEGER && !/e/i.test(written) && String(value) !== written;
  return isRounded ? written : value;
}

/** What {@link exactNumber} did, at that place and as many in all. */
export function numberAsText(path: string, count: number): Warning {
  const message =
    count === 1
      ? 'A number with more digits than a JavaScript number holds is given as text.'
      : `${count} numbers with more digits than a JavaScript number holds are given as text. This is the first.`;
  return { code: 'number_as_text', message, path };
}

// Nothing smaller needs more than a look. It may be part of a text: that costs time only.
const suspicious = /\d{16}|e\+?\d{3}/i;

/** Takes JSON that was found to be JSON, so that a quote, a backslash and a digit can only be one thing each. */
function withLongNumbersQuoted(json: string): string {
  let isText = false;
  return json.replace(/\\.|"|-?\d[\d.eE+-]*/g, (token) => {
    if (token === '"') isText = !isText;
    else if (!isText && typeof exactNumber(token) === 'string') return `"${token}"`;
    return token;
  });
}

/** Where a number became text. It goes down no stack, which a hostile depth would end. */
function differences(value: JsonValue, exact: JsonValue, path: string): string[] {
  const found: string[] = [];
  const open: [value: JsonValue, exact: JsonValue, path: string][] = [[value, exact, path]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [before, after, at] = next;
    if (typeof before !== typeof after) found.push(at);
    if (typeof before !== 'object' || before === null) continue;
    for (const [key, each] of Object.entries(before).reverse()) {
      const step = Array.isArray(before) ? `[${key}]` : at === '' ? key : `.${key}`;
      open.push([each, (after as { [key: string]: JsonValue })[key] as JsonValue, at + step]);
    }
  }
  return found;
}
