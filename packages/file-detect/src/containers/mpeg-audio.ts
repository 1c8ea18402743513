import { hasAt } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import type { Sample } from '../sample.ts';

// How far in a first frame is looked for: a recording may begin in the middle of one.
const searchBytes = 4096;

type Frame = { bytes: number; layer: 0 | 1 | 2 | 3; signature: number };

/** Recognises MP3, its elder layers and AAC: by frames that follow each other, because one frame alone is 11 bits. */
export function readMpegAudio({ head }: Sample): Clue | undefined {
  const tagged = hasAt(head, 0, 'ID3') && (head[3] ?? 0xff) < 0x10;
  const from = tagged ? tagBytes(head) : 0;
  if (tagged && hasAt(head, from, 'fLaC')) return { formats: rowsOf('audio', 'flac') };
  for (let at = from; at < Math.min(from + searchBytes, head.length - 4); at++) {
    const frame = frameAt(head, at);
    if (frame !== undefined && isFollowed(head, at, frame, at === from ? 1 : 2)) return formatsOf(frame);
  }
  return tagged ? { formats: rowsOf('audio', 'mp3', 'mpga', 'mpeg', 'aac', 'x-aac') } : undefined;
}

function tagBytes(head: Uint8Array): number {
  return 10 + head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
}

function formatsOf({ layer }: Frame): Clue {
  if (layer === 0) return { formats: rowsOf('audio', 'aac', 'x-aac') };
  return { formats: layer === 3 ? rowsOf('audio', 'mp3', 'mpga', 'mpeg') : rowsOf('audio', 'mpeg', 'mpga') };
}

function isFollowed(head: Uint8Array, at: number, frame: Frame, times: number): boolean {
  const next = frameAt(head, at + frame.bytes);
  if (next === undefined || next.signature !== frame.signature) return false;
  return times === 1 || isFollowed(head, at + frame.bytes, next, times - 1);
}

// In kbit/s, by MPEG-1 or 2 and by layer.
const bitRates: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
];
const sampleRates = [44_100, 48_000, 32_000];

function frameAt(head: Uint8Array, at: number): Frame | undefined {
  const [sync = 0, a = 0, b = 0, c = 0, d = 0, e = 0] = head.subarray(at, at + 6);
  if (sync !== 0xff || (a & 0xe0) !== 0xe0) return undefined;
  // Version, layer, protection and sample rate stay the same from frame to frame.
  if ((a & 0xf6) === 0xf0) {
    const bytes = ((c & 3) << 11) | (d << 3) | (e >> 5);
    const rateIndex = (b >> 2) & 15;
    return bytes < 7 || rateIndex > 12 ? undefined : { bytes, layer: 0, signature: (a << 8) | (b & 0xfd) };
  }
  const version = (a >> 3) & 3;
  const layer = ([undefined, 3, 2, 1] as const)[(a >> 1) & 3];
  const sampleRate = sampleRates[(b >> 2) & 3];
  if (version === 1 || layer === undefined || sampleRate === undefined) return undefined;
  const kbps = bitRates[version === 3 ? 0 : 1]?.[layer - 1]?.[(b >> 4) - 1];
  if (kbps === undefined) return undefined;
  const hertz = version === 3 ? sampleRate : version === 2 ? sampleRate / 2 : sampleRate / 4;
  const padding = (b >> 1) & 1;
  const perFrame = layer === 3 && version !== 3 ? 72_000 : 144_000;
  const bytes =
    layer === 1 ? (Math.floor((12_000 * kbps) / hertz) + padding) * 4 : Math.floor((perFrame * kbps) / hertz) + padding;
  return { bytes, layer, signature: (a << 8) | (b & 0x0c) };
}
