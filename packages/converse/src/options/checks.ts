/** Says what an option has to be, if the value is something else. */
export type OptionCheck = { (value: unknown): string | undefined; readonly isRequired?: true };

/** The same for an option that may not be left out. */
export function required(check: OptionCheck): OptionCheck {
  return Object.assign((value: unknown) => check(value), { isRequired: true as const });
}

/** A number in these bounds, infinity included if nothing stands above it. NaN is none. */
export function aNumber(from: number, to: number = Number.POSITIVE_INFINITY): OptionCheck {
  return (value) =>
    typeof value === 'number' && value >= from && value <= to ? undefined : `a number ${range(from, to)}`;
}

/** The same without fractions, and without infinity. */
export function aWholeNumber(from: number, to: number = Number.MAX_SAFE_INTEGER): OptionCheck {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to
      ? undefined
      : `a whole number ${range(from, to)}`;
}

function range(from: number, to: number): string {
  return to >= Number.MAX_SAFE_INTEGER ? `from ${from} on` : `from ${from} to ${to}`;
}

/** One of these words. */
export function oneOf(words: readonly string[]): OptionCheck {
  return (value) => (words.includes(value as string) ? undefined : `one of ${words.join(', ')}`);
}

/** A text that is not blank. */
export const aText: OptionCheck = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : 'a text that is not blank';

/** `true` or `false`. */
export const aFlag: OptionCheck = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

/** Whatever may be called. */
export const aFunction: OptionCheck = (value) => (typeof value === 'function' ? undefined : 'a function');

/** A list of which every part passes. */
export function aListOf(check: OptionCheck): OptionCheck {
  return (value) => {
    if (!Array.isArray(value)) return 'a list';
    const wanted = value.map((each) => check(each)).find((each) => each !== undefined);
    return wanted === undefined ? undefined : `a list, of which each part is ${wanted}`;
  };
}

/** An object that has these methods. */
export function anObject(...methods: string[]): OptionCheck {
  return (value) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject && methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')) return;
    return methods.length === 0 ? 'an object' : `an object with ${methods.join(', ')}`;
  };
}
