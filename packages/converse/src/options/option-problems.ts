import type { Problem } from '../errors.ts';
import type { OptionCheck } from './checks.ts';

/** What each option has to be. A table in the table is of an object of options. */
export type OptionChecks<Options extends object = Record<string, unknown>> = {
  readonly [Name in keyof Options]-?: OptionCheck | Table;
};

type Table = { readonly [name: string]: OptionCheck | Table };

/**
 * All that is wrong with these options, for a `ConfigurationError`. Who writes JavaScript learns of a misspelt
 * name: of any in a group, such as `retry`, but at the top only of one that is nearly that of an option, because
 * objects are spread there that hold more, such as a clock.
 *
 * @example
 * ```ts
 * import { ConfigurationError } from '@outcrop/converse';
 * import { aNumber, aText, optionProblems, required } from '@outcrop/converse/options';
 *
 * function openQuarry(options: { name: string; depthM?: number }): void {
 *   const problems = optionProblems(options, { name: required(aText), depthM: aNumber(0) });
 *   if (problems.length > 0) throw new ConfigurationError(problems);
 * }
 * ```
 */
export function optionProblems(options: unknown, checks: Table, path = ''): Problem[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [{ path, message: `It has to be an object of options, and it is ${shown(options)}.` }];
  }
  const given = options as Record<string, unknown>;
  const known = Object.entries(checks).flatMap(([name, check]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const value = given[name];
    if (typeof check === 'object') return value === undefined ? [] : optionProblems(value, check, at);
    if (value === undefined && !check.isRequired) return [];
    const wanted = check(value);
    return wanted === undefined ? [] : [{ path: at, message: `It has to be ${wanted}, and it is ${shown(value)}.` }];
  });
  return [...known, ...misspelt(given, Object.keys(checks), path)];
}

function misspelt(given: Record<string, unknown>, names: readonly string[], path: string): Problem[] {
  const unknown = Object.keys(given).filter((name) => given[name] !== undefined && !names.includes(name));
  return unknown.flatMap((name) => {
    const meant = names.find((each) => isNearly(name, each));
    if (meant === undefined && path === '') return [];
    const instead = meant === undefined ? `There are: ${names.join(', ')}.` : `Is it ${meant}?`;
    return [{ path: path === '' ? name : `${path}.${name}`, message: `There is no such option. ${instead}` }];
  });
}

/** The same but for its spelling, such as `max_retries`, `maxRetry` or `maxRetires`. */
function isNearly(name: string, other: string): boolean {
  const [a, b] = [lettersOf(name), lettersOf(other)];
  const most = Math.min(a.length, b.length) < 6 ? 1 : 2;
  // Each name that goes on to the next layer is compared with all of this one, mostly in vain.
  return Math.abs(a.length - b.length) <= most && distanceOf(a, b) <= most;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

/** How many letters have to be put in, taken out or replaced. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

// The shortest of AWS's keys has 20 letters, and may stand where another option was meant.
const longestWord = 16;

/** The kind of it, and of a word or a number itself: enough to find it by, and no secret. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Promise) return 'a Promise: an await was forgotten';
  if (typeof value === 'string') return value.length > longestWord ? 'a longer text' : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}
