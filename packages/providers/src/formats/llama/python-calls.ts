import { exactNumber, type JsonValue, numberAsText, type Warning } from '@outcrop/converse';
import type { WrittenCall } from './calls.ts';

/** Where in the body calls are written. */
export const place = 'generation';

// Deeper than any tool's input, shallow enough for every stack.
const maxDepth = 64;

/** Calls such as `[weather(city='Bergen', days=3), now()]`, or `undefined` if the text is anything else. */
export function parsePythonCalls(text: string, warnings: Warning[]): WrittenCall[] | undefined {
  let at = 0;
  let longNumbers = 0;

  function skip(pattern: RegExp): string | undefined {
    const found = new RegExp(pattern, 'y');
    found.lastIndex = at;
    const [all] = found.exec(text) ?? [];
    if (all !== undefined) at += all.length;
    return all;
  }

  function take(pattern: RegExp): string {
    skip(/\s*/);
    const found = skip(pattern);
    if (found === undefined) throw notPython;
    return found;
  }

  function next(pattern: RegExp): boolean {
    skip(/\s*/);
    return skip(pattern) !== undefined;
  }

  /** What stands between commas, up to the bracket that closes. One comma may stand at the end. */
  function listed(close: RegExp, item: () => void): void {
    while (!next(close)) {
      item();
      if (next(close)) return;
      take(/,/);
    }
  }

  function call(): WrittenCall {
    const name = take(/[A-Za-z_][\w.-]*/);
    const input: [string, JsonValue][] = [];
    take(/\(/);
    listed(/\)/, () => {
      const key = take(/[A-Za-z_]\w*/);
      take(/=/);
      input.push([key, value(0)]);
    });
    return { name, input: Object.fromEntries(input) };
  }

  function value(depth: number): JsonValue {
    if (depth > maxDepth) throw notPython;
    if (next(/\[/)) return items(/\]/, depth);
    if (next(/\(/)) return items(/\)/, depth);
    if (next(/\{/)) return dictionary(depth);
    const word = take(
      /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|True|False|None|true|false|null/,
    );
    if (Object.hasOwn(words, word)) return words[word] ?? null;
    return /^["']/.test(word) ? unquoted(word.slice(1, -1)) : number(word);
  }

  function number(word: string): JsonValue {
    const exact = exactNumber(word);
    if (typeof exact === 'string') longNumbers++;
    return exact;
  }

  function items(close: RegExp, depth: number): JsonValue[] {
    const found: JsonValue[] = [];
    listed(close, () => found.push(value(depth + 1)));
    return found;
  }

  function dictionary(depth: number): JsonValue {
    const found: [string, JsonValue][] = [];
    listed(/\}/, () => {
      const key = value(depth + 1);
      take(/:/);
      found.push([String(key), value(depth + 1)]);
    });
    return Object.fromEntries(found);
  }

  try {
    const calls: WrittenCall[] = [];
    if (next(/\[/)) listed(/\]/, () => calls.push(call()));
    else calls.push(call());
    if (!next(/$/) || at < text.length) return undefined;
    if (longNumbers > 0) warnings.push(numberAsText(place, longNumbers));
    return calls;
  } catch (error) {
    if (error === notPython) return undefined;
    throw error;
  }
}

const notPython = new Error('This is no list of calls.');

const words: { readonly [word: string]: JsonValue } = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

const escapes: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '\n': '' };

function unquoted(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (_, x, u, long, letter) => {
      const code = x ?? u ?? long;
      if (code === undefined) return escapes[letter] ?? (/["'\\]/.test(letter) ? letter : `\\${letter}`);
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    },
  );
}
