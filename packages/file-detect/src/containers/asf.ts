import { hasAt, indexOf } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import type { Sample } from '../sample.ts';
import { unsupported } from '../unsupported.ts';

const header = [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0x00, 0xaa, 0x00, 0x62, 0xce, 0x6c];
const videoStream = [0xc0, 0xef, 0x19, 0xbc, 0x4d, 0x5b, 0xcf, 0x11, 0xa8, 0xfd, 0x00, 0x80, 0x5f, 0x5c, 0x44, 0x2b];
const audioStream = [0x40, 0x9e, 0x69, 0xf8, 0x4d, 0x5b, 0xcf, 0x11, 0xa8, 0xfd, 0x00, 0x80, 0x5f, 0x5c, 0x44, 0x2b];

/** Tells Windows Media video from audio by the kinds of stream that its header lists, in whatever order. */
export function readAsf({ head }: Sample): Clue | undefined {
  if (!hasAt(head, 0, header)) return undefined;
  if (indexOf(head, videoStream) !== -1) return { formats: rowsOf('video', 'wmv') };
  if (indexOf(head, audioStream) !== -1) return { formats: [], otherwise: unsupported('wma') };
  return { formats: rowsOf('video', 'wmv'), shared: true };
}
