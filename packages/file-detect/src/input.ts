import { type Sample, windowBytes } from './sample.ts';
import { openStream } from './stream.ts';

/** What `detect` takes: bytes, a `Blob` or `File`, or a web stream of bytes, which is consumed. */
export type DetectInput = Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** Begins to look at an input. */
export async function openSample(input: DetectInput, signal: AbortSignal | undefined): Promise<Sample> {
  signal?.throwIfAborted();
  const tag = tagOf(input);
  if (tag === 'Uint8Array') return sampleOf(input as Uint8Array);
  if (tag === 'ArrayBuffer') return sampleOf(new Uint8Array(input as ArrayBuffer));
  if (tag === 'Blob' || tag === 'File') return openBlob(input as Blob, signal);
  if (tag === 'ReadableStream') return openStream(input as ReadableStream<Uint8Array>, signal);
  throw new TypeError(
    `detect takes a Uint8Array, an ArrayBuffer, a Blob, a File or a web ReadableStream, and was given ${describe(input)}`,
  );
}

/** The name that an input brings along. */
export function nameOf(input: DetectInput): string {
  return tagOf(input) === 'File' ? (input as File).name : '';
}

/** The class of a built-in object, also of one from another realm (a frame, a test's DOM). */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function describe(value: unknown): string {
  if (typeof value === 'string') {
    return 'a string: for text, encode it with new TextEncoder(); for a path, open the file first (openAsBlob in node:fs)';
  }
  if (value === null || typeof value !== 'object') return value == null ? String(value) : `a ${typeof value}`;
  if ('then' in value && typeof value.then === 'function') return 'a Promise: is an await missing?';
  if (tagOf(value) === 'Response' || tagOf(value) === 'Request') return `a ${tagOf(value)}: give its body`;
  if ('pipe' in value && typeof value.pipe === 'function') return 'a Node stream: give Readable.toWeb(stream)';
  const name = value.constructor?.name;
  return name === undefined || name === '' || name === 'Object' ? 'an object' : `an instance of ${name}`;
}

function sampleOf(bytes: Uint8Array): Sample {
  const head = bytes.subarray(0, windowBytes);
  const ends = { head, tail: bytes.subarray(Math.max(0, bytes.length - windowBytes)), size: bytes.length };
  return { head, ends: async () => ends, isCut: () => false, close: () => {} };
}

async function openBlob(blob: Blob, signal: AbortSignal | undefined): Promise<Sample> {
  const { size } = blob;
  const read = async (start: number, end: number) =>
    new Uint8Array(await untilAborted(blob.slice(start, end).arrayBuffer(), signal));
  const head = await read(0, Math.min(size, windowBytes));
  const ends = async () => ({
    head,
    tail: size <= windowBytes ? head : await read(size - windowBytes, size),
    size,
  });
  return { head, ends, isCut: () => false, close: () => {} };
}

/** A Blob has no way to end a read of it: a file on a disk of the network may keep it waiting. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
