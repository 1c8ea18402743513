import { hasAt, latin1 } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import type { Sample } from '../sample.ts';
import { unsupported } from '../unsupported.ts';

// More streams than a real file interleaves.
const maxStreams = 64;

/** Recognises Ogg by the packets that its streams begin with. */
export function readOgg({ head }: Sample): Clue | undefined {
  if (!hasAt(head, 0, 'OggS')) return undefined;
  const packets = readFirstPackets(head);
  const begins = (...patterns: string[]) => packets.some((packet) => patterns.some((each) => packet.startsWith(each)));
  if (begins('\x80theora', '\x01video', 'BBCD\0', 'OVP80', '\x80daala'))
    return { formats: [], otherwise: unsupported('ogv') };
  if (begins('OpusHead')) return { formats: rowsOf('audio', 'opus', 'ogg') };
  if (begins('\x01vorbis', '\x7fFLAC', 'Speex   ')) return { formats: rowsOf('audio', 'ogg') };
  return { formats: rowsOf('audio', 'ogg', 'opus'), shared: true };
}

/** The first bytes of every logical stream: their pages come before all others. */
function readFirstPackets(head: Uint8Array): string[] {
  const packets: string[] = [];
  for (let at = 0; packets.length < maxStreams && hasAt(head, at, 'OggS'); ) {
    const isFirstPage = ((head[at + 5] ?? 0) & 2) !== 0;
    if (!isFirstPage) break;
    const segments = head[at + 26] ?? 0;
    const start = at + 27 + segments;
    packets.push(latin1(head, start, 8));
    at = start + head.subarray(at + 27, start).reduce((sum, length) => sum + length, 0);
  }
  return packets;
}
