import { hasAt } from './bytes.ts';
import type { Clue } from './clue.ts';
import { rowsOf } from './formats.ts';
import type { Sample } from './sample.ts';
import { unsupported } from './unsupported.ts';

/** Recognises what a few fixed bytes at the beginning tell. */
export function readSignature({ head }: Sample): Clue | undefined {
  if (hasAt(head, 0, '\x89PNG\r\n\x1a\n')) return { formats: rowsOf('image', 'png') };
  if (hasAt(head, 0, [0xff, 0xd8, 0xff]) && isJpegMarker(head[3])) return { formats: rowsOf('image', 'jpeg') };
  if (hasAt(head, 0, 'GIF87a') || hasAt(head, 0, 'GIF89a')) return { formats: rowsOf('image', 'gif') };
  if (hasAt(head, 0, 'RIFF')) return readRiff(head);
  if (hasAt(head, 0, 'fLaC')) return { formats: rowsOf('audio', 'flac') };
  if (hasAt(head, 0, 'FLV\x01')) return { formats: rowsOf('video', 'flv') };
  if (isMpegVideo(head)) return { formats: rowsOf('video', 'mpeg', 'mpg') };
  return undefined;
}

/** JPEG-LS begins like JPEG and is another format: its first marker is F7. */
function isJpegMarker(byte = 0xff): boolean {
  return byte >= 0xc0 && byte !== 0xf7;
}

function readRiff(head: Uint8Array): Clue | undefined {
  if (hasAt(head, 8, 'WEBP')) return { formats: rowsOf('image', 'webp') };
  if (hasAt(head, 8, 'WAVE')) return { formats: rowsOf('audio', 'wav') };
  if (hasAt(head, 8, 'AVI ')) return { formats: [], otherwise: unsupported('avi') };
  return undefined;
}

/** A pack of a program stream, of MPEG-1 or MPEG-2, or a bare video sequence. */
function isMpegVideo(head: Uint8Array): boolean {
  if (!hasAt(head, 0, [0, 0, 1])) return false;
  const [, , , code, next = 0] = head;
  return code === 0xb3 || (code === 0xba && ((next & 0xc4) === 0x44 || (next & 0xf1) === 0x21));
}
