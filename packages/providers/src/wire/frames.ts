import { ConverseError } from '@outcrop/converse';
import { crc32 } from './crc32.ts';

/** One message of `application/vnd.amazon.eventstream`. */
export type Frame = {
  /** The headers whose value is a string; Bedrock sends no others. */
  readonly headers: Headers;
  readonly payload: Uint8Array;
};

type Headers = { readonly [name: string]: string | undefined };

/** Bytes in, frames out, wherever the bytes are cut. */
export type FrameDecoder = {
  /** The frames that are whole now. Throws `connection` when the bytes are no frames or were damaged. */
  add(bytes: Uint8Array): Frame[];
  /** To be called at the end of the bytes. Throws `connection` when it is in the middle of a frame. */
  end(): void;
};

const preludeLength = 12;
const checksumLength = 4;
// What AWS allows a message is less; more than this would only be held in memory for somebody.
const longestFrame = 32 * 1024 * 1024;

export function createFrameDecoder(): FrameDecoder {
  const headersOf = createHeaderCache();
  // The beginning of a frame whose end has not come. It grows by doubling, however small the pieces are.
  let held = new Uint8Array(0);
  let heldLength = 0;

  function add(bytes: Uint8Array): Frame[] {
    if (heldLength === 0) {
      const { frames, rest } = split(bytes);
      if (rest < bytes.length) hold(bytes.subarray(rest));
      return frames;
    }
    hold(bytes);
    const { frames, rest } = split(held.subarray(0, heldLength));
    if (rest > 0) {
      // What is handed out points into the old bytes, so these are not written again.
      const left = held.slice(rest, heldLength);
      held = left;
      heldLength = left.length;
    }
    return frames;
  }

  function hold(bytes: Uint8Array): void {
    const needed = heldLength + bytes.length;
    if (needed > held.length) {
      const larger = new Uint8Array(Math.max(needed, held.length * 2));
      larger.set(held.subarray(0, heldLength));
      held = larger;
    }
    held.set(bytes, heldLength);
    heldLength = needed;
  }

  function split(bytes: Uint8Array): { frames: Frame[]; rest: number } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= preludeLength) {
      const length = view.getUint32(at);
      const headersLength = view.getUint32(at + 4);
      if (crc32(bytes, at, at + 8) !== view.getUint32(at + 8)) throw damaged('the checksum of its beginning is wrong');
      const payloadAt = at + preludeLength + headersLength;
      const end = at + length - checksumLength;
      if (payloadAt > end || length > longestFrame) throw damaged('its length makes no sense');
      if (bytes.length - at < length) break;
      if (crc32(bytes, at, end) !== view.getUint32(end)) throw damaged('its checksum is wrong');
      const headers = headersOf(bytes.subarray(at + preludeLength, payloadAt));
      frames.push({ headers, payload: bytes.subarray(payloadAt, end) });
      at += length;
    }
    return { frames, rest: at };
  }

  return {
    add,
    end() {
      if (heldLength > 0) throw damaged('the connection ended in the middle of it');
    },
  };
}

function damaged(how: string): ConverseError {
  return new ConverseError('connection', `A message of the stream did not arrive whole: ${how}.`);
}

const cachedHeaders = 16;

/** The headers of frames are the same few over and over, so those that came before are compared and not read again. */
function createHeaderCache(): (bytes: Uint8Array) => Headers {
  const known: { bytes: Uint8Array; headers: Headers }[] = [];
  return (bytes) => {
    for (const each of known) if (same(each.bytes, bytes)) return each.headers;
    const headers = readHeaders(bytes);
    if (known.length < cachedHeaders) known.push({ bytes: bytes.slice(), headers });
    return headers;
  };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

// By type of value, from `true` to a UUID; bytes and strings say their length themselves.
const valueLengths: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const stringType = 7;
const text = new TextDecoder();

function readHeaders(bytes: Uint8Array): Headers {
  const headers: Record<string, string> = Object.create(null);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  try {
    while (at < bytes.length) {
      const nameEnd = at + 1 + view.getUint8(at);
      const type = view.getUint8(nameEnd);
      const fixed = valueLengths[type];
      if (type >= valueLengths.length) throw new RangeError();
      const valueAt = nameEnd + (fixed === undefined ? 3 : 1);
      const end = valueAt + (fixed ?? view.getUint16(nameEnd + 1));
      if (end > bytes.length) throw new RangeError();
      if (type === stringType) {
        headers[text.decode(bytes.subarray(at + 1, nameEnd))] = text.decode(bytes.subarray(valueAt, end));
      }
      at = end;
    }
  } catch {
    throw damaged('its headers make no sense');
  }
  return headers;
}
