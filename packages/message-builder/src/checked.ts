import type { ContentBlock } from '@outcrop/converse';
import { bytesFrom, unexpected } from './media/source.ts';

/** The value, if it is text; else a `TypeError`, at once. */
export function checkedText(value: unknown, name = 'Text'): string {
  if (typeof value === 'string') return value;
  throw unexpected(value, `${name}: a string`);
}

/** The values as Bedrock writes texts, if they are a list of them. */
export function checkedTexts(values: unknown): { text: string }[] {
  if (!Array.isArray(values)) throw unexpected(values, 'A list of strings');
  return values.map((value) => ({ text: checkedText(value) }));
}

/** The value, if it is bytes in memory. */
export function checkedBytes(value: unknown): Uint8Array {
  const bytes = bytesFrom(value);
  if (bytes !== undefined) return bytes;
  throw unexpected(value, 'Bytes');
}

/** Bedrock takes neither lists nor bare values where JSON goes in and out of a tool. */
export function checkedObject(value: unknown, name: string): void {
  if (!isObject(value)) throw unexpected(value, `${name}: an object, such as { rows } for a list,`);
}

/** The value, if it is one block as Bedrock spells it. */
export function checkedBlock(value: object): ContentBlock {
  const [block, more] = isObject(value) ? Object.entries(value) : [];
  if (!block || more) throw unexpected(value, 'An object with one key');
  const [kind, inside] = block;
  if (kind === 'text') checkedText(inside);
  else if (!isObject(inside)) throw unexpected(inside, `${kind}: an object`);
  return value as ContentBlock;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
