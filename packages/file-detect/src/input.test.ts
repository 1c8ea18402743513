import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type DetectInput, detect } from './index.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const failure = new Error('the disk is gone');

describe('what is no file is named in a TypeError', () => {
  const taken = 'detect takes a Uint8Array, an ArrayBuffer, a Blob, a File or a web ReadableStream, and was given';
  test.each([
    [Promise.resolve(new Uint8Array()), 'a Promise: is an await missing?'],
    [
      'photo.png',
      'a string: for text, encode it with new TextEncoder(); for a path, open the file first (openAsBlob in node:fs)',
    ],
    [undefined, 'undefined'],
    [null, 'null'],
    [42, 'a number'],
    [() => {}, 'a function'],
    [{ bytes: [] }, 'an object'],
    [new Map(), 'an instance of Map'],
    [new Uint16Array(), 'an instance of Uint16Array'],
    [new Response(''), 'a Response: give its body'],
    [Readable.from([]), 'a Node stream: give Readable.toWeb(stream)'],
  ])('%s', async (input, given) => {
    await expect(detect(input as unknown as DetectInput)).rejects.toThrow(new TypeError(`${taken} ${given}`));
  });

  test('a name', async () => {
    await expect(detect(new Uint8Array(), { name: null as never })).rejects.toThrow(
      new TypeError("A file's name is a string, and null was given"),
    );
  });

  test('a stream that somebody else reads', async () => {
    const stream = new Blob(['text']).stream();
    stream.getReader();
    await expect(detect(stream)).rejects.toThrow(
      new TypeError('detect was given a ReadableStream that is locked: somebody else is reading it'),
    );
  });

  test('a stream of strings, which is cancelled', async () => {
    const { stream, cancelled } = streamOf(() => 'text' as never);
    await expect(detect(stream)).rejects.toThrow(
      new TypeError(
        'detect was given a ReadableStream whose chunks are not bytes but of type string: pipe it through a TextEncoderStream',
      ),
    );
    expect(cancelled()).toBe(true);
  });
});

describe('a stream', () => {
  test('is read only as far as the answer needs, cancelled and released', async () => {
    const bytes = new Uint8Array(10_000);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const png = streamOf(() => bytes);
    expect(await detect(png.stream)).toMatchObject({ format: 'png', confidence: 0.95 });
    expect([png.cancelled(), png.stream.locked]).toEqual([true, false]);
    expect(png.given()).toBeLessThan(100_000);
  });

  test('of endless text is left after 5 MB, and the answer says so', async () => {
    const { stream, cancelled, given } = streamOf(() => encode('All work and no play.\n'.repeat(1000)));
    expect(await detect(stream, { name: 'novel.txt' })).toEqual({
      status: 'supported',
      kind: 'document',
      format: 'txt',
      mediaType: 'text/plain',
      confidence: 0.95,
      method: 'combined',
      incomplete: true,
    });
    expect(cancelled()).toBe(true);
    expect(given()).toBeLessThan(5_100_000);
  });

  test('of 5 MB is read to its end', async () => {
    let left = 5;
    const { stream, given } = streamOf(() => (left-- > 0 ? new Uint8Array(1_000_000).fill(0x78) : undefined));
    expect(await detect(stream)).toEqual(await detect(encode('x')));
    expect(given()).toBe(5_000_000);
  });

  test('of endless empty chunks comes to an end', async () => {
    const { stream } = streamOf(() => new Uint8Array());
    expect(await detect(stream)).toMatchObject({ status: 'unknown', confidence: 0 });
  });

  test('of single bytes is as good as any', async () => {
    const bytes = encode('a,b\n1,2\n3,4\n');
    let at = 0;
    const { stream } = streamOf(() => (at < bytes.length ? bytes.subarray(at, ++at) : undefined));
    expect(await detect(stream)).toEqual(await detect(bytes));
  });

  test.each([0, 100_000])('that fails after %i bytes makes detect fail alike', async (length) => {
    let given = 0;
    const { stream } = streamOf(() => {
      if (given >= length) throw failure;
      given += 10_000;
      return encode('x'.repeat(10_000));
    });
    await expect(detect(stream)).rejects.toBe(failure);
    expect(stream.locked).toBe(false);
  });

  test('whose cancelling fails does not spoil the answer', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(70_000).fill(0x47).fill(0, 1)),
      cancel: () => Promise.reject(failure),
    });
    expect(await detect(stream, { name: 'a.pcm' })).toMatchObject({ format: 'pcm' });
  });

  test('that says nothing any more is left when the signal says so', async () => {
    const stop = new AbortController();
    let cancelledWith: unknown;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode('some')),
      cancel: (reason) => {
        cancelledWith = reason;
      },
    });
    const answer = detect(stream, { signal: stop.signal });
    stop.abort(failure);
    await expect(answer).rejects.toBe(failure);
    expect([cancelledWith, stream.locked]).toEqual([failure, false]);
    await expect(detect(stream, { signal: stop.signal })).rejects.toBe(failure);
  });

  test('that has been told leaves nothing behind on a signal that lives on', async () => {
    const { signal } = new AbortController();
    await detect(new Blob(['text']).stream(), { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a Blob', () => {
  test('of 2 GB is looked at only at its ends', async () => {
    const reads: number[] = [];
    const huge = { size: 2 ** 31, slice: slicer(reads), [Symbol.toStringTag]: 'Blob' };
    expect(await detect(huge as unknown as Blob)).toMatchObject({
      status: 'unsupported',
      format: 'zip',
      confidence: 0.75,
    });
    expect(reads).toEqual([0, 65_536, 2 ** 31 - 65_536, 2 ** 31]);
  });

  test('that can not be read makes detect fail alike', async () => {
    const gone = {
      size: 10,
      slice: () => ({ arrayBuffer: () => Promise.reject(failure) }),
      [Symbol.toStringTag]: 'Blob',
    };
    await expect(detect(gone as unknown as Blob)).rejects.toBe(failure);
  });

  test('is left when the signal says so, before it is read and while', async () => {
    const stop = new AbortController();
    const slow = {
      size: 10,
      slice: () => ({
        arrayBuffer: async () => {
          stop.abort(failure);
          return new ArrayBuffer(10);
        },
      }),
      [Symbol.toStringTag]: 'Blob',
    };
    await expect(detect(slow as unknown as Blob, { signal: stop.signal })).rejects.toBe(failure);
    await expect(detect(new Uint8Array(1), { signal: stop.signal })).rejects.toBe(failure);
  });

  test('that never answers is left when the signal says so, and nothing is left behind', async () => {
    const stop = new AbortController();
    const silent = {
      size: 10,
      slice: () => ({ arrayBuffer: () => new Promise(() => {}) }),
      [Symbol.toStringTag]: 'Blob',
    };
    const answer = detect(silent as unknown as Blob, { signal: stop.signal });
    stop.abort(failure);
    await expect(answer).rejects.toBe(failure);
    const { signal } = new AbortController();
    await detect(new Blob(['text']), { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  function slicer(reads: number[]) {
    return (start: number, end: number) => {
      reads.push(start, end);
      const bytes = new Uint8Array(end - start);
      if (start === 0) bytes.set(encode('PK\x03\x04'));
      return new Blob([bytes]);
    };
  }
});

/** A stream that asks for each chunk, and that knows what became of it. */
function streamOf(next: () => Uint8Array | undefined) {
  let bytes = 0;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = next();
      if (chunk === undefined) return controller.close();
      bytes += chunk.length;
      controller.enqueue(chunk);
    },
    cancel() {
      isCancelled = true;
    },
  });
  return { stream, given: () => bytes, cancelled: () => isCancelled };
}
