import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detect } from './index.ts';

const folder = new URL('../corpus/files/', import.meta.url);
const names = readdirSync(folder);
const file = fc.constantFrom(...names).map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
const name = fc.constantFrom('', ...names);

const prefix = fc.tuple(file, fc.nat()).map(([bytes, length]) => bytes.subarray(0, length % (bytes.length + 1)));
const mutation = fc
  .tuple(file, fc.array(fc.tuple(fc.nat(), fc.integer({ max: 255, min: 0 })), { maxLength: 20 }))
  .map(([bytes, edits]) => {
    for (const [at, value] of edits) bytes[at % bytes.length] = value;
    return bytes;
  });
const stretched = fc
  .tuple(file, fc.integer({ min: 0, max: 200_000 }))
  .map(([bytes, gap]) => new Uint8Array([...bytes.subarray(0, 100), ...new Uint8Array(gap), ...bytes.subarray(100)]));
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string().map((text) => new TextEncoder().encode(text)),
  file,
);

test.each([
  ['prefix', prefix],
  ['mutation', mutation],
  ['gap in a file', stretched],
  ['bytes at all', anything],
])('any %s has an answer, and the same one as bytes, as a Blob and as a stream in any chunks', async (_, inputs) => {
  await fc.assert(
    fc.asyncProperty(
      inputs,
      name,
      fc.infiniteStream(fc.integer({ min: 0, max: 50_000 })),
      async (bytes, name, lengths) => {
        const answer = await detect(bytes, { name });
        const copy = Uint8Array.from(bytes);
        expect(await detect(new Blob([copy]), { name })).toEqual(answer);
        expect(await detect(inChunks(copy, lengths), { name })).toEqual(answer);
        expect(answer.confidence).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 2 * (fc.readConfigureGlobal().numRuns ?? 100) },
  );
});

function inChunks(bytes: Uint8Array, lengths: Iterator<number>): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + Number(lengths.next().value);
      controller.enqueue(bytes.subarray(at, end));
      at = end;
    },
  });
}
