import { crc32 } from 'node:zlib';
import type { ConverseStreamEvent } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import type { WireError } from '../errors.ts';

/** Makes the frames of one stream of Converse. */
export function createEventEncoder(): (event: ConverseStreamEvent) => Buffer {
  const encode = createPaddedEncoder();
  return (event) => {
    const [[name = '', value] = []] = Object.entries(toJson(event) as object);
    return encode(name, value);
  };
}

/** Makes the frames of one stream of InvokeModel, whose chunks are a model's own JSON. */
export function createChunkEncoder(): (chunk: object) => Buffer {
  const encode = createPaddedEncoder();
  return (chunk) => encode('chunk', { bytes: Buffer.from(JSON.stringify(chunk)).toString('base64') });
}

/** Pads the payloads, so that their lengths tell nothing about the text. */
function createPaddedEncoder(): (name: string, value: object) => Buffer {
  let count = 0;
  return (name, value) => {
    count += 1;
    const headers = { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' };
    // An odd stride through all lengths: in the service they are random.
    return frame(headers, { ...value, p: padding.slice(0, (count * 23) % padding.length) });
  };
}

const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** The frame of an error that comes inside of a stream. */
export function exceptionFrame({ name, message }: WireError): Buffer {
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  const headers = { ':exception-type': member, ':content-type': 'application/json', ':message-type': 'exception' };
  return frame(headers, { message });
}

/** The frame of an error that no service model has a name for. */
export function errorFrame(code: string, message: string): Buffer {
  return frame({ ':error-code': code, ':error-message': message, ':message-type': 'error' }, '');
}

const stringType = 7;
const preludeLength = 12;
const checksumLength = 4;
/** Where in a frame the checksum of its lengths stands. */
export const preludeChecksumAt = 8;

/** One message of `application/vnd.amazon.eventstream`. */
function frame(headers: Record<string, string>, payload: unknown): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  return frameOf(head, Buffer.from(JSON.stringify(payload)));
}

function frameOf(head: Buffer, body: Buffer): Buffer {
  const length = preludeLength + head.length + body.length + checksumLength;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, preludeChecksumAt)), preludeChecksumAt);
  head.copy(bytes, preludeLength);
  body.copy(bytes, preludeLength + head.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, length - checksumLength)), length - checksumLength);
  return bytes;
}

/** The frame with another payload, and true checksums. */
export function withPayload(frame: Buffer, payload: Buffer): Buffer {
  return frameOf(frame.subarray(preludeLength, preludeLength + frame.readUInt32BE(4)), payload);
}

/** The frame with another length, and a true checksum of that. */
export function withLength(frame: Buffer, length: number): Buffer {
  const bytes = Buffer.from(frame);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, preludeChecksumAt)), preludeChecksumAt);
  return bytes;
}

function encodeHeader(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const bytes = Buffer.allocUnsafe(1 + name.length + 3 + text.length);
  let at = bytes.writeUInt8(name.length, 0);
  at += bytes.write(name, at, 'latin1');
  at = bytes.writeUInt8(stringType, at);
  at = bytes.writeUInt16BE(text.length, at);
  text.copy(bytes, at);
  return bytes;
}
