import { InvalidArgumentError } from 'commander';

/** An option that takes a list with commas, and may be given again. */
export function addList(text: string, before: readonly string[] = []): string[] {
  const items = listIn(text);
  // An empty variable of a shell: as no condition it would let everything through.
  if (items.length === 0) throw new InvalidArgumentError('It has to name something.');
  return [...before, ...items];
}

/** An option that may be given again. */
export function addOne(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** The items of a list with commas. */
export function listIn(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It has to be a whole number from 1 on.');
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It has to be a number above 0.');
}
