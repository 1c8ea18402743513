import { eventFromJson } from '@outcrop/converse/json';
import { base64Of } from '../base64.ts';

// What Claude hides it gives as an opaque text, and Converse has bytes there. It is base64 as far as anybody has seen;
// a text that our bytes would not write back to the letter goes as it is, behind this mark.
const mark = new TextEncoder().encode('data:,');

/** The bytes that stand for what Claude has hidden. */
export function bytesOf(data: string): Uint8Array {
  try {
    const delta = { reasoningContent: { redactedContent: data } };
    const { contentBlockDelta } = eventFromJson({ contentBlockDelta: { contentBlockIndex: 0, delta } });
    const bytes = contentBlockDelta?.delta.reasoningContent?.redactedContent;
    if (bytes && !isMarked(bytes)) return bytes;
  } catch {
    // No base64, or not the base64 that we write.
  }
  const text = new TextEncoder().encode(data);
  const marked = new Uint8Array(mark.length + text.length);
  marked.set(mark);
  marked.set(text, mark.length);
  return marked;
}

/** What Claude had hidden, to the letter. */
export function dataOf(bytes: Uint8Array): string {
  return isMarked(bytes) ? new TextDecoder().decode(bytes.subarray(mark.length)) : base64Of(bytes);
}

function isMarked(bytes: Uint8Array): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}
