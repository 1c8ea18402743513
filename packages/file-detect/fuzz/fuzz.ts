// Feeds detect with broken files: pnpm fuzz [inputs] [seed]. Ends with 1 if one makes it throw, hang or contradict itself.
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { detect } from '../src/index.ts';

const inputs = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const slowMs = 1000;

const folder = new URL('../corpus/files/', import.meta.url);
const names = readdirSync(folder);
const files: Buffer[] = names.map((name) => readFileSync(new URL(name, folder)));
const extensions = ['', ...new Set(names.map((name) => name.slice(name.lastIndexOf('.'))))];

let state = seed;
/** A whole number below `limit`; the same ones for the same seed. */
function random(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
}
const oneOf = <T>(values: readonly T[]): T => values[random(values.length)] as T;
const noise = (length: number) => Buffer.from(Array.from({ length }, () => random(256)));

const breakers: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes) => bytes.subarray(random(bytes.length + 1)),
  (bytes) => Buffer.concat([bytes, oneOf(files)]),
  (bytes) => Buffer.concat([bytes.subarray(0, random(64)), oneOf(files)]),
  (bytes) => Buffer.concat([bytes.subarray(0, random(bytes.length)), noise(random(600))]),
  (bytes) => Buffer.concat([bytes.subarray(0, 200), Buffer.alloc(random(300_000)), bytes.subarray(200)]),
  (bytes) => edited(bytes, 1 + random(8), () => random(256)),
  (bytes) => edited(bytes, 1 + random(64), () => oneOf([0, 1, 0x7f, 0x80, 0xff])),
  // Lengths live near the beginning and the end.
  (bytes) => edited(bytes, 4, () => oneOf([0, 0x7f, 0xff]), 64),
  (bytes) => edited(Buffer.from(bytes).reverse(), 4, () => oneOf([0, 0xff]), 64).reverse(),
];

function edited(bytes: Buffer, times: number, value: () => number, within = bytes.length): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 0; count < times && copy.length > 0; count++) copy[random(Math.min(within, copy.length))] = value();
  return copy;
}

function makeInput(): Buffer {
  if (random(20) === 0) return noise(random(2000));
  let bytes = oneOf(files);
  for (let times = 1 + random(3); times > 0; times--) bytes = oneOf(breakers)(bytes);
  return bytes;
}

function streamOf(bytes: Buffer): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + 1 + random(40_000);
      controller.enqueue(bytes.subarray(at, end));
      at = end;
    },
  });
}

const counts: Record<string, number> = {};
let failures = 0;
let slowest = 0;
for (let at = 0; at < inputs; at++) {
  const bytes = makeInput();
  const name = `x${oneOf(extensions)}`;
  const started = performance.now();
  try {
    const found = await detect(bytes, { name });
    slowest = Math.max(slowest, performance.now() - started);
    counts[found.status] = (counts[found.status] ?? 0) + 1;
    if (at % 5 === 0) {
      const others = [
        await detect(new Blob([bytes as Uint8Array<ArrayBuffer>]), { name }),
        await detect(streamOf(bytes), { name }),
      ];
      if (others.some((other) => !isDeepStrictEqual(other, found))) throw new Error('bytes, Blob and stream differ');
    }
    if (performance.now() - started > slowMs) throw new Error(`took ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    failures++;
    console.error(`input ${at} (${bytes.length} bytes, named ${name}):`, error);
  }
}
console.log(`seed ${seed}: ${inputs} inputs, ${failures} failures, slowest ${slowest.toFixed(1)} ms,`, counts);
process.exitCode = failures === 0 ? 0 : 1;
