import type { FileSource, FileTrouble } from './source.ts';

/** A source whose bytes stand in a base64 string, plain or URL-safe, with line breaks or without. */
export function base64Source(base64: string, mediaType?: string): FileSource {
  return decodedSource(() => decodeBase64(base64), 'invalid_base64', mediaType);
}

/** A source out of a `data:` URL; `undefined` where it is none. */
export function dataUrlSource(url: string): FileSource | undefined {
  const [, head, data = ''] = /^data:([^,]*),(.*)$/is.exec(url) ?? [];
  if (head === undefined) return undefined;
  const [mediaType, ...parameters] = head.toLowerCase().split(/\s*;\s*/);
  if (parameters.includes('base64')) return base64Source(data, mediaType);
  return decodedSource(() => new TextEncoder().encode(decodeURIComponent(data)), 'unreadable_file', mediaType);
}

function decodedSource(decode: () => Uint8Array, code: FileTrouble['code'], mediaType?: string): FileSource {
  const open: FileSource['open'] = async () => {
    try {
      const bytes = decode();
      return { sizeBytes: bytes.length, read: async () => bytes };
    } catch (cause) {
      return { code, cause };
    }
  };
  return { mediaType, open };
}

// Newer than the engines this has to run in, and an order of magnitude faster than what follows.
const native = Uint8Array as typeof Uint8Array & { fromBase64?: (base64: string) => Uint8Array };

function decodeBase64(base64: string): Uint8Array {
  // A data URL may have its `+` and `=` escaped.
  const whole = base64.includes('%') ? decodeURIComponent(base64) : base64;
  const standard = whole.replaceAll('-', '+').replaceAll('_', '/');
  if (native.fromBase64 !== undefined) return native.fromBase64(standard);
  return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
}
