import { crc32, deflateSync } from 'node:zlib';

/** Files as a user would drop them. */
export const files = {
  image: { name: 'strata.png', mimeType: 'image/png', buffer: strata(240, 160) },
  document: {
    name: 'field_notes.day3.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from('# Day 3\n\nBanded rock above the lake, with *feldspar eyes*.\n'),
  },
  report: {
    name: 'Core report 7.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n%The core is gneiss.\n%%EOF\n'),
  },
  sheet: {
    name: 'samples.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: archive({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<workbook/>' }),
  },
  sound: { name: 'hammer.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from(`ID3\x03\0\0\0\0\0\0${'\0'.repeat(200)}`) },
  scan: { name: 'scan.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4\n${'x'.repeat(4_600_000)}`) },
  program: { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from(`MZ${'\0'.repeat(200)}`) },
};

/** A ZIP with these files, as they are. */
function archive(contents: Record<string, string>): Buffer {
  const entries = Object.entries(contents).map(([name, content]) => {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    return { fields, name, content };
  });
  const locals = entries.map(({ fields, name, content }) =>
    Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name + content)]),
  );
  const directory = entries.map(({ fields, name }, index) => {
    const place = Buffer.alloc(14);
    place.writeUInt32LE(Buffer.concat(locals.slice(0, index)).length, 10);
    return Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, place, Buffer.from(name)]);
  });
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(Buffer.concat(locals).length, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end]);
}

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
