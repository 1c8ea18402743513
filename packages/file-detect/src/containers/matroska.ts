import { hasAt, latin1 } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import type { Sample } from '../sample.ts';

type Element = { id: number; start: number; end: number };

const ids = {
  header: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackType: 0x83,
};

/** Tells Matroska from WebM by the document type, and audio from video by the tracks. */
export function readMatroska({ head }: Sample): Clue | undefined {
  if (!hasAt(head, 0, [0x1a, 0x45, 0xdf, 0xa3])) return undefined;
  const [header] = elements(head, 0, head.length);
  const docType = header && elements(head, header.start, header.end).find(({ id }) => id === ids.docType);
  const name = docType && latin1(head, docType.start, Math.min(docType.end - docType.start, 16)).replace(/\0.*$/s, '');
  const types = header ? readTrackTypes(head, header.end) : [];

  const video = name === 'webm' ? rowsOf('video', 'webm') : rowsOf('video', 'mkv');
  const audio = name === 'webm' ? rowsOf('audio', 'webm') : rowsOf('audio', 'mka', 'mkv');
  if (name !== 'webm' && name !== 'matroska') {
    // Another document type is another format; one that was cut off may be either.
    const either = [...rowsOf('video', 'webm', 'mkv'), ...rowsOf('audio', 'webm', 'mka', 'mkv')];
    return name === undefined ? { formats: either, shared: true } : undefined;
  }
  if (types.includes(1)) return { formats: video };
  if (types.includes(2)) return { formats: audio };
  return { formats: [...video, ...audio], shared: true };
}

/** 1 for each video track, 2 for each audio track, other numbers for others. Nothing if the tracks can't be seen. */
function readTrackTypes(head: Uint8Array, from: number): number[] {
  const segment = elements(head, from, head.length).find(({ id }) => id === ids.segment);
  const tracks = segment && elements(head, segment.start, segment.end).find(({ id }) => id === ids.tracks);
  if (tracks === undefined || tracks.end > head.length) return [];
  return elements(head, tracks.start, tracks.end)
    .filter(({ id }) => id === ids.track)
    .flatMap((track) => elements(head, track.start, track.end).filter(({ id }) => id === ids.trackType))
    .map(({ start }) => head[start] ?? 0);
}

/** The elements at one level, as far as they can be seen and make sense. */
function elements(bytes: Uint8Array, from: number, to: number): Element[] {
  const found: Element[] = [];
  for (let at = from; at < Math.min(to, bytes.length); ) {
    const idBytes = Math.clz32(bytes[at] ?? 0) - 23;
    const sizeAt = at + idBytes;
    const sizeBytes = Math.clz32(bytes[sizeAt] ?? 0) - 23;
    const start = sizeAt + sizeBytes;
    if (idBytes > 4 || sizeBytes > 8 || start > bytes.length) break;
    // The first byte begins with zeros and a one that say how many bytes the number has.
    const first = (bytes[sizeAt] ?? 0) & (0xff >> sizeBytes);
    const rest = bytes.subarray(sizeAt + 1, start);
    const isUnknown = first === 0xff >> sizeBytes && rest.every((byte) => byte === 0xff);
    // Unknown: as long as what it is in. A stream that is written live has such segments.
    const end = isUnknown ? to : start + bigEndian(rest, first);
    found.push({ id: bigEndian(bytes.subarray(at, sizeAt)), start, end });
    at = end;
  }
  return found;
}

function bigEndian(bytes: Uint8Array, first = 0): number {
  return bytes.reduce((number, byte) => number * 256 + byte, first);
}
