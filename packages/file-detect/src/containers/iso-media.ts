import { dataView, latin1 } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import { bytesAt, type Ends, headOnly, type Sample } from '../sample.ts';
import { type UnsupportedName, unsupported } from '../unsupported.ts';

type Box = { type: string; start: number; end: number };

/** Which kinds of track were seen, and whether that is all of them. */
type Tracks = { video: boolean; audio: boolean; complete: boolean };

// Still pictures in the same boxes, by the brand of the file or the first that tells among those it is compatible with.
const pictureBrands: Readonly<Record<string, UnsupportedName>> = {
  avif: 'avif',
  avis: 'avif',
  avci: 'heic',
  avcs: 'heic',
  heic: 'heic',
  heix: 'heic',
  heim: 'heic',
  heis: 'heic',
  hevc: 'heic',
  hevx: 'heic',
};

const quickTimeBoxes = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** Recognises MP4, M4A, QuickTime and 3GP, whatever their brand, and tells audio from video by their tracks. */
export async function readIsoMedia(sample: Sample): Promise<Clue | undefined> {
  const { head } = sample;
  const [first] = boxes(headOnly(head), 0, Number.POSITIVE_INFINITY);
  if (first === undefined) return undefined;
  if (first.type !== 'ftyp') return quickTimeBoxes.has(first.type) ? { formats: rowsOf('video', 'mov') } : undefined;

  const brand = latin1(head, first.start, 4);
  const compatible = latin1(head, first.start + 8, Math.min(first.end - first.start - 8, 256)).match(/.{4}/gs) ?? [];
  const picture = [brand, ...(/^m[is]f\d$/.test(brand) ? compatible : [])]
    .map((each) => pictureBrands[each])
    .find(Boolean);
  if (picture !== undefined) return { formats: [], otherwise: unsupported(picture) };
  if (/^(m[is]f\d|jp2 |jpx |jpm |mjp2|jxl |crx )$/.test(brand)) return undefined;

  if (brand === 'qt  ') return { formats: rowsOf('video', 'mov') };
  if (brand.startsWith('3g2')) return { formats: [], otherwise: unsupported('3g2') };
  if (brand.startsWith('3g')) return { formats: rowsOf('video', 'three_gp') };
  if (/^(M4A|M4B|M4P|F4A|F4B)/.test(brand)) return { formats: rowsOf('audio', 'm4a', 'mp4') };

  const { video, audio, complete } = await readTracks(sample);
  if (video) return { formats: rowsOf('video', 'mp4') };
  if (audio && complete) return { formats: rowsOf('audio', 'mp4', 'm4a') };
  return { formats: [...rowsOf('video', 'mp4'), ...rowsOf('audio', 'mp4', 'm4a')], shared: true };
}

async function readTracks(sample: Sample): Promise<Tracks> {
  const atHead = findTracks(headOnly(sample.head));
  if (atHead !== undefined) return atHead;
  const ends = await sample.ends();
  return (ends && findTracks(ends)) ?? { video: false, audio: false, complete: false };
}

function findTracks(ends: Ends): Tracks | undefined {
  const movie = boxes(ends, 0, ends.size).find(({ type }) => type === 'moov');
  if (movie === undefined) return undefined;
  const tracks = boxes(ends, movie.start, movie.end);
  const handlers = tracks.filter(({ type }) => type === 'trak').map((track) => handlerOf(ends, track));
  return {
    video: handlers.includes('vide'),
    audio: handlers.includes('soun'),
    complete: tracks.at(-1)?.end === movie.end && !handlers.includes(undefined),
  };
}

function handlerOf(ends: Ends, track: Box): string | undefined {
  const media = boxes(ends, track.start, track.end).find(({ type }) => type === 'mdia');
  const handler = media && boxes(ends, media.start, media.end).find(({ type }) => type === 'hdlr');
  const type = handler && bytesAt(ends, handler.start + 8, 4);
  return type && latin1(type, 0, 4);
}

// Far more than a real file has at one level.
const maxBoxes = 1000;

/** The boxes at one level, as far as their headers can be seen and make sense. */
function boxes(ends: Ends, from: number, to: number): Box[] {
  const found: Box[] = [];
  for (let at = from; at < to && found.length < maxBoxes; ) {
    const header = bytesAt(ends, at, 8);
    if (header === undefined) break;
    const type = latin1(header, 4, 4);
    const short = dataView(header).getUint32(0);
    const long = short === 1 ? bytesAt(ends, at + 8, 8) : undefined;
    const size = long ? Number(dataView(long).getBigUint64(0)) : short === 0 ? to - at : short;
    if (size < 8 || !/^[\w\s©-]{4}$/.test(type)) break;
    found.push({ type, start: at + (long ? 16 : 8), end: at + size });
    at += size;
  }
  return found;
}
