// Node 25, and browsers since 2025. The compiler's library does not know them yet.
type Native = {
  toBase64?: () => string;
  fromBase64?: (text: string, options: { lastChunkHandling: 'strict' }) => Uint8Array;
};

/** Bytes as base64 of RFC 4648 section 4, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return (bytes as Native).toBase64?.() ?? encodeByTable(bytes);
}

/** How many bytes a base64 text stands for, without reading it. */
export function base64Size(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/**
 * The bytes of a base64 text, or `undefined` if it is not the very text that {@link encodeBase64} writes: padding is
 * required, as the AWS SDK requires it, and whitespace, the URL alphabet and stray bits in the last letter are
 * refused. So text and bytes stand for each other one to one.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    const native = (Uint8Array as Native).fromBase64;
    const bytes = native ? native.call(Uint8Array, text, { lastChunkHandling: 'strict' }) : decodeBinary(atob(text));
    // Both skip whitespace, and then there are fewer bytes than the text is long; `atob` lets the last letters be sloppy.
    const whole = bytes.length === base64Size(text);
    return whole && encodeBase64(bytes.subarray(-(bytes.length % 3 || 3))) === text.slice(-4) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

// Five times as fast as `btoa`, which wants a string of all the bytes first.
function encodeByTable(bytes: Uint8Array): string {
  const padding = (3 - (bytes.length % 3)) % 3;
  const letters = new Uint8Array(((bytes.length + padding) / 3) * 4);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    // What is beyond the end counts as zero bits.
    const bits = (Number(bytes[i]) << 16) | (Number(bytes[i + 1]) << 8) | Number(bytes[i + 2]);
    for (let shift = 18; shift >= 0; shift -= 6) letters[at++] = Number(alphabet[(bits >> shift) & 63]);
  }
  letters.fill('='.charCodeAt(0), letters.length - padding);
  return new TextDecoder().decode(letters);
}

function decodeBinary(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
