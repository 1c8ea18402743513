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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unexpected(value, `${name}: an object, such as { rows } for a list,`);
  }
}

/** The value, if it is one block as Bedrock spells it, as far as `build()` looks into blocks. */
export function checkedBlock(value: object): ContentBlock {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [[kind, inside] = ['', undefined]] = entries;
  if (entries.length !== 1 || Array.isArray(value)) {
    throw new TypeError(`An object with one key expected, such as { text: '…' }, but got ${entries.length}.`);
  }
  if (kind === 'text') checkedText(inside, kind);
  else if (typeof inside !== 'object' || inside === null) throw unexpected(inside, `${kind}: an object`);
  const { document, toolResult } = value as ContentBlock;
  if (document?.name !== undefined) checkedText(document.name, 'document.name');
  const { content = [] } = toolResult ?? {};
  if (!Array.isArray(content) || !content.every((each) => typeof each === 'object' && each !== null)) {
    throw unexpected(content, 'toolResult.content: a list of blocks');
  }
  return value as ContentBlock;
}
