import type { ImageFormat } from '@outcrop/converse';

/** What the first bytes of an image say. */
export type ImageHeader = { format: ImageFormat; width: number; height: number };

/** Reads format and size out of an image's header; `undefined` where there is none that could be read. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  try {
    if (tag(0) === '\x89PNG') return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
    if (tag(0) === 'GIF8') return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (tag(0) === 'RIFF' && tag(8) === 'WEBP') return { format: 'webp', ...webpSize(view, tag(12)) };
    if (view.getUint16(0) === 0xffd8) return { format: 'jpeg', ...jpegSize(view) };
  } catch (error) {
    // The header is cut off.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

type Size = { width: number; height: number };

// A size of 0 stands for one that could not be found: it is below every limit.
const unknownSize: Size = { width: 0, height: 0 };

function webpSize(view: DataView, chunk: string): Size {
  if (chunk === 'VP8X') {
    const plusOne = (offset: number) => (view.getUint32(offset, true) & 0xffffff) + 1;
    return { width: plusOne(24), height: plusOne(27) };
  }
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (chunk === 'VP8 ') {
    // The upper two bits of each are a scaling hint for players.
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  return unknownSize;
}

function jpegSize(view: DataView): Size {
  let offset = 2;
  while (offset + 9 <= view.byteLength && view.getUint8(offset) === 0xff) {
    const marker = view.getUint8(offset + 1);
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      offset++;
      continue;
    }
    // Start of frame, in all its variants; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    }
    offset += 2 + view.getUint16(offset + 2);
  }
  return unknownSize;
}
