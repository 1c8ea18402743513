/** Whether `pattern` stands at `offset`; a string stands for its ASCII bytes. */
export function hasAt(bytes: Uint8Array, offset: number, pattern: string | readonly number[]): boolean {
  if (bytes.length < offset + pattern.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    if (bytes[offset + i] !== (typeof pattern === 'string' ? pattern.charCodeAt(i) : pattern[i])) return false;
  }
  return true;
}

/** Where `pattern` first stands at or after `from`, or -1. */
export function indexOf(bytes: Uint8Array, pattern: string | readonly number[], from = 0): number {
  const first = typeof pattern === 'string' ? pattern.charCodeAt(0) : (pattern[0] ?? 0);
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (hasAt(bytes, at, pattern)) return at;
  }
  return -1;
}

/** The bytes as characters of the same number. What lies outside the bytes is left out. */
export function latin1(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  const end = Math.min(start + length, bytes.length);
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** For reading numbers; reads of it throw outside the bytes. */
export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
