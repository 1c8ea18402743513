import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detect } from '../index.ts';

const docx = readFileSync(new URL('../../corpus/files/libreoffice.docx', import.meta.url));
const exceljs = readFileSync(new URL('../../corpus/files/exceljs-streamed.xlsx', import.meta.url));
const summary = async (bytes: Uint8Array, name?: string) => {
  const { format, confidence } = { format: 'unknown', ...(await detect(bytes, { name })) };
  return [format, confidence];
};

/** A zip file of empty members, or one whose end says something else than is true. */
function zip(
  names: readonly string[],
  { comment = '', padding = 0, lie = {} as Record<number, number> } = {},
): Uint8Array<ArrayBuffer> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const record = (length: number, signature: string, numbers: Record<number, number>, ...texts: string[]) => {
    const bytes = new Uint8Array(length);
    bytes.set(encode(signature));
    for (const [at, number] of Object.entries(numbers)) new DataView(bytes.buffer).setUint32(Number(at), number, true);
    return Buffer.concat([bytes, ...texts.map(encode)]);
  };
  const locals = names.map((name) => record(30, 'PK\x03\x04', { 26: name.length }, name));
  const headers = names.map((name) => record(46, 'PK\x01\x02', { 28: name.length }, name));
  const before = Buffer.concat([...locals, new Uint8Array(padding)]);
  const directory = Buffer.concat(headers);
  const end = record(22, 'PK\x05\x06', { 12: directory.length, 16: before.length, ...lie }, comment);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([before, directory, end]));
}

const types = '[Content_Types].xml';

test.each([
  [['word/document.xml', types], 'docx'],
  [['xl/workbook.xml', types], 'xlsx'],
  [[types, 'word\\document.xml'], 'docx'],
  [[types, 'word/document2.xml', 'word/embeddings/sheet.xlsx'], 'docx'],
  [[types, 'word/document.xml', 'word/vbaProject.bin'], 'docm'],
  [[types, 'xl/workbook.xml', 'xl/vbaProject.bin'], 'xlsm'],
  [[types, 'ppt/presentation.xml'], 'pptx'],
  [['word/document.xml'], 'zip'],
  [[types], 'zip'],
  [[types, 'word/document.xml', 'xl/workbook.xml'], 'zip'],
  [['a.txt'], 'zip'],
  [[], 'zip'],
])('members %j are %s', async (names, format) => {
  expect(await summary(zip(names))).toEqual([format, 0.95]);
});

test.each([
  ['', 'application/vnd.oasis.opendocument.text', 'odt'],
  ['', 'application/vnd.oasis.opendocument.spreadsheet-template', 'ods'],
  ['PK\x07\x08', 'application/epub+zip', 'epub'],
])('behind the mark %j, a first member that says %s', async (mark, type, format) => {
  const header = `PK\x03\x04${'\0'.repeat(22)}\x08\0\0\0`;
  const bytes = new TextEncoder().encode(`${mark}${header}mimetype${type}PK\x03\x04`);
  expect(await summary(bytes)).toEqual([format, 0.95]);
});

describe('long files', () => {
  const many = Array.from({ length: 3000 }, (_, at) => `xl/worksheets/sheet${at}.xml`);
  test.each([
    ['a directory at the end of 300 kB', zip([types, 'xl/workbook.xml'], { padding: 300_000 }), 'xlsx'],
    ['a directory of 200 kB', zip([...many, types]), 'xlsx'],
    ['a comment', zip([types, 'word/document.xml'], { comment: 'PK\x05\x06 is a comment' }), 'docx'],
  ])('%s', async (_, bytes, format) => {
    expect(await summary(bytes)).toEqual([format, 0.95]);
    expect(await summary(new Uint8Array(Buffer.concat([bytes, new Uint8Array(9)])))).toEqual([format, 0.95]);
  });

  test('a stream of more than 5 MB is told by its head, and says that it was not all', async () => {
    const bytes = zip([types, '_rels/.rels', 'word/document.xml'], { padding: 6_000_000 });
    expect(await detect(new Blob([bytes]).stream())).toMatchObject({
      format: 'docx',
      confidence: 0.95,
      incomplete: true,
    });
    const late = zip(['media/a.bin'], { padding: 6_000_000 });
    expect(await detect(new Blob([late]).stream())).toMatchObject({
      format: 'zip',
      confidence: 0.75,
      incomplete: true,
    });
    expect(await detect(new Blob([late]).stream(), { name: 'a.xlsx' })).toMatchObject({
      format: 'xlsx',
      incomplete: true,
    });
  });
});

describe('hostile files', () => {
  test.each([
    ['a directory that is longer than the file', { 12: 0xffff_ffff }],
    ['a directory of no length', { 12: 0 }],
    ['a directory that begins elsewhere', { 16: 0x7fff_ffff }],
    ['more members than there are', { 8: 0xffff_ffff }],
  ])('%s', async (_, lie) => {
    expect(await summary(zip([types, 'word/document.xml'], { lie }))).toEqual(['docx', 0.95]);
  });

  test.each([600, 2000, 4000])('%i bytes of a document', async (length) => {
    expect(await summary(docx.subarray(0, length), 'a.docx')).toEqual(['docx', 0.95]);
    expect(await summary(exceljs.subarray(0, length), 'a.xlsx')).toEqual(['xlsx', 0.95]);
  });
});
