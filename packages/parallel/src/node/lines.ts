import { readSync } from 'node:fs';

/** A line of the journal and where it stands. */
export type Line = { json: string | undefined; offset: number; length: number };

const newline = 0x0a;
const chunkBytes = 1 << 20;

/** A line with its checksum. */
export function lineOf(value: unknown): Buffer {
  const json = JSON.stringify(value);
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

/** What a line says; `undefined` if it is not what was written. */
export function readLine(line: string): string | undefined {
  const json = line.slice(9);
  return line.charAt(8) === ' ' && line.slice(0, 8) === checksum(json) ? json : undefined;
}

// Loaded with the first line: it takes longer to load than the journal, which hardly anybody opens.
function checksum(json: string): string {
  return process.getBuiltinModule('node:zlib').crc32(json).toString(16).padStart(8, '0');
}

/** All whole lines of a file from there on. One without its end is not among them. */
export function* readLines(file: number, from: number): Iterable<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  for (let position = from; ; ) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const count = readSync(file, chunk, 0, chunkBytes, position);
    if (count === 0) return;
    position += count;
    rest = rest.length === 0 ? chunk.subarray(0, count) : Buffer.concat([rest, chunk.subarray(0, count)]);
    let start = 0;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline, start)) {
      const length = end + 1 - start;
      yield { json: readLine(rest.toString('utf8', start, end)), offset, length };
      offset += length;
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
