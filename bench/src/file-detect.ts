// What telling a file's format costs, beside reading its bytes alone: pnpm --filter @outcrop/bench bench:file-detect
import { readFileSync } from 'node:fs';
import { detect } from '@outcrop/file-detect';

const rounds = 200;
const sizes = { '10 kB': 10_000, '5 MB': 5_000_000 };
const files = {
  image: ['gradient.png', 'jfif.jpg'],
  document: ['libreoffice.pdf', 'libreoffice.docx', 'libreoffice.doc', 'comma.csv'],
  video: ['isom.mp4', 'video.mkv'],
  audio: ['bare.mp3', 'sound.ogg'],
  unsupported: ['gradient.tiff', 'archive.zip'],
};

const rows = [];
for (const [kind, names] of Object.entries(files)) {
  for (const name of names) {
    const source = readFileSync(new URL(`../../packages/file-detect/corpus/files/${name}`, import.meta.url));
    for (const [size, length] of Object.entries(sizes)) {
      const bytes = stretch(source, length, name);
      const found = await detect(bytes);
      const detectUs = await medianUs(() => detect(bytes));
      const readUs = await medianUs(() => sum(bytes));
      rows.push({
        kind,
        name,
        size,
        format: 'format' in found ? found.format : found.status,
        'detect µs': round(detectUs),
        'read all bytes µs': round(readUs),
        ratio: round(detectUs / readUs),
        'memory kB': round(await allocatedKb(() => detect(bytes))),
      });
    }
  }
}
console.table(rows);

/** The same file as long as wanted: a text repeated, a .doc with zeros behind it, another with zeros in its middle. */
function stretch(source: Buffer, length: number, name: string): Uint8Array {
  if (source.length >= length) return source;
  if (name.endsWith('.csv')) return Buffer.alloc(length, source);
  if (name.endsWith('.doc')) return Buffer.concat([source], length);
  const bytes = Buffer.alloc(length);
  const half = Math.floor(source.length / 2);
  source.copy(bytes, 0, 0, half);
  source.copy(bytes, length - (source.length - half), half);
  return bytes;
}

function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at++) total += bytes[at] ?? 0;
  return total;
}

async function medianUs(run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await run();
    times.push(1000 * (performance.now() - started));
  }
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}

/** What one run leaves allocated before it is collected, the bytes of buffers included. */
async function allocatedKb(run: () => unknown): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  await run();
  const after = process.memoryUsage();
  return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1000;
}

function round(value: number): number {
  return Number(value.toPrecision(2));
}
