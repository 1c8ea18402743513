import { type Ends, type Sample, windowBytes } from './sample.ts';

/** How much of a stream is read when the end of the file is wanted. */
const maxStreamBytes = 5_000_000;

// A stream of nothing but empty chunks has to come to an end as well.
const emptyChunkBytes = 1_000;

/** Reads the head of a stream at once and the rest, for its end, when asked for. */
export async function openStream(stream: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): Promise<Sample> {
  if (stream.locked) {
    throw new TypeError('detect was given a ReadableStream that is locked: somebody else is reading it');
  }
  const reader = stream.getReader();
  const head = new Uint8Array(windowBytes);
  const tail = new Uint8Array(windowBytes);
  let size = 0;
  let spent = 0;
  let ended = false;
  let ends: Promise<Ends | undefined> | undefined;

  // Cancelling is what makes a read that waits come back.
  const abort = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener('abort', abort, { once: true });

  async function readUntil(bytes: number): Promise<void> {
    while (!ended && size < bytes && spent <= maxStreamBytes) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) {
        ended = true;
        return;
      }
      keep(asBytes(value));
    }
  }

  function keep(chunk: Uint8Array): void {
    if (size < windowBytes) head.set(chunk.subarray(0, windowBytes - size), size);
    const last = chunk.subarray(Math.max(0, chunk.length - windowBytes));
    const at = (size + chunk.length - last.length) % windowBytes;
    const beforeWrap = last.subarray(0, windowBytes - at);
    tail.set(beforeWrap, at);
    tail.set(last.subarray(beforeWrap.length));
    size += chunk.length;
    spent += chunk.length || emptyChunkBytes;
  }

  async function readEnds(): Promise<Ends | undefined> {
    await readUntil(Number.POSITIVE_INFINITY);
    if (!ended) return undefined;
    const seen = head.subarray(0, size);
    if (size <= windowBytes) return { head: seen, tail: seen, size };
    const seam = size % windowBytes;
    const inOrder = new Uint8Array(windowBytes);
    inOrder.set(tail.subarray(seam));
    inOrder.set(tail.subarray(0, seam), windowBytes - seam);
    return { head: seen, tail: inOrder, size };
  }

  function close(): void {
    signal?.removeEventListener('abort', abort);
    // The answer does not wait for the source to stop, and cannot be spoilt by its failing to.
    reader.cancel().catch(() => {});
    reader.releaseLock();
  }

  try {
    await readUntil(windowBytes);
  } catch (error) {
    close();
    throw error;
  }
  return {
    head: head.subarray(0, size),
    ends: () => (ends ??= readEnds()),
    isCut: () => ends !== undefined && !ended,
    close,
  };
}

function asBytes(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const given = chunk === null ? 'null' : typeof chunk;
  const advice = given === 'string' ? ': pipe it through a TextEncoderStream' : '';
  throw new TypeError(`detect was given a ReadableStream whose chunks are not bytes but of type ${given}${advice}`);
}
