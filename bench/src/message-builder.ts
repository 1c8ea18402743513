// What a message of twenty images costs, beside reading their bytes alone: time, peak memory, and copies made.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUserMessage } from '@outcrop/message-builder/node';

const images = 20;
const imageBytes = 3_750_000;
const runs = 9;

/** Reads all files, and what more it takes to have a message of them. Twenty such images are more than a request holds. */
const works: Record<string, (paths: string[]) => Promise<unknown>> = {
  'read the bytes': (paths) => Promise.all(paths.map((path) => readFile(path))),
  'message of local files, detected': (paths) => {
    const builder = createUserMessage({ limits: { requestBytes: Number.POSITIVE_INFINITY } });
    for (const path of paths) builder.addLocalImage(path);
    return builder.build();
  },
  'message of local files, format named': (paths) => {
    const builder = createUserMessage({ limits: { requestBytes: Number.POSITIVE_INFINITY } });
    for (const path of paths) builder.addLocalImage(path, { format: 'png' });
    return builder.build();
  },
  'message of bytes that were read, built twice': async (paths) => {
    const builder = createUserMessage({ limits: { requestBytes: Number.POSITIVE_INFINITY } });
    for (const bytes of await Promise.all(paths.map((path) => readFile(path)))) builder.addImageBytes(bytes);
    return [await builder.build(), await builder.build()];
  },
};

const [, , work, folder] = process.argv;
if (work !== undefined && folder !== undefined) await measure(work, folder);
else compare();

/** Runs each work in processes of its own, as only a fresh one has a peak of its own. */
function compare(): void {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-bench-'));
  try {
    // A PNG's header of 1,000 × 1,000 pixels, and something behind it.
    const image = Buffer.alloc(imageBytes, 'granite ');
    image.set([
      0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 3, 232, 0, 0, 3, 232,
    ]);
    for (const path of pathsIn(folder)) writeFileSync(path, image);

    const figures = Object.fromEntries(Object.keys(works).map((work) => [work, medianOf(work, folder)]));
    const base = figures['read the bytes'];
    const table = Object.entries(figures).map(([work, { milliseconds, peakMb, offHeapMb }]) => ({
      work,
      ms: milliseconds.toFixed(1),
      'more ms': base === undefined ? '' : (milliseconds - base.milliseconds).toFixed(1),
      'peak MB': peakMb.toFixed(0),
      'MB of bytes held': offHeapMb.toFixed(1),
    }));
    console.log(
      `${images} images of ${imageBytes / 1e6} MB (${(images * imageBytes) / 1e6} MB), median of ${runs} processes`,
    );
    console.table(table);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Figures = { milliseconds: number; peakMb: number; offHeapMb: number };

function medianOf(work: string, folder: string): Figures {
  const results = Array.from({ length: runs }, (): Figures => {
    const args = [...process.execArgv, '--expose-gc', import.meta.filename, work, folder];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  });
  const median = (name: keyof Figures) =>
    results.map((each) => each[name]).sort((a, b) => a - b)[runs >> 1] ?? Number.NaN;
  return { milliseconds: median('milliseconds'), peakMb: median('peakMb'), offHeapMb: median('offHeapMb') };
}

async function measure(work: string, folder: string): Promise<void> {
  const { arrayBuffers } = process.memoryUsage();
  const start = performance.now();
  const result = await works[work]?.(pathsIn(folder));
  const milliseconds = performance.now() - start;
  globalThis.gc?.();
  const offHeapMb = (process.memoryUsage().arrayBuffers - arrayBuffers) / 1e6;
  const peakMb = process.resourceUsage().maxRSS / 1e3;
  console.log(JSON.stringify({ milliseconds, peakMb, offHeapMb, holds: typeof result }));
}

function pathsIn(folder: string): string[] {
  return Array.from({ length: images }, (_, index) => join(folder, `${index}.png`));
}
