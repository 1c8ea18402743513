import { crc32, deflateSync } from 'node:zlib';

/** Files as a user would drop them. */
export const files = {
  image: { name: 'strata.png', mimeType: 'image/png', buffer: strata(240, 160) },
  document: {
    name: 'field_notes.day3.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from('# Day 3\n\nBanded rock above the lake, with *feldspar eyes*.\n'),
  },
  program: { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from(`MZ${'\0'.repeat(200)}`) },
};

/** A picture of layers, as a PNG. */
function strata(width: number, height: number): Buffer {
  const colours = [
    [233, 223, 205],
    [127, 181, 168],
    [213, 138, 82],
    [28, 63, 61],
  ];
  const rows = Array.from({ length: height }, (_, y) => {
    const pixels = Array.from({ length: width }, (_, x) => {
      const layer = Math.floor((y / height) * 4 + Math.sin(x / 30) * 0.35);
      return colours[Math.min(3, Math.max(0, layer))] ?? [];
    });
    return [0, ...pixels.flat()];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows.flat()))), chunk('IEND')];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
