import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WrongUse } from '../failure.ts';
import { openSource, type Row } from './rows.ts';

function fileOf(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-rows-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function rowsOf(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of openSource(path).read()) rows.push(row);
  return rows;
}

test.each<[string, string, object[]]>([
  ['a.jsonl', '"Granite"\n\n{"id":7,"text":"b"}', [{ text: 'Granite' }, { id: 7, text: 'b' }]],
  ['a.jsonl', '\ufeff{"text":"\\u2028 \\n"}\r\n', [{ text: '\u2028 \n' }]],
  ['a.jsonl', '', []],
  [
    'a.csv',
    'text,n\n"a, ""b""\nc",1\n\nd,2\n',
    [
      { text: 'a, "b"\nc', n: '1' },
      { text: 'd', n: '2' },
    ],
  ],
  ['a.csv', '\ufefftext\r\na\r\n', [{ text: 'a' }]],
  ['a.tsv', 'text\tn\na, b\t1\n', [{ text: 'a, b', n: '1' }]],
  ['A.CSV', 'text\n', []],
])('%s with %j', async (name, content, expected) => {
  expect((await rowsOf(fileOf(name, content))).map(({ variables }) => variables)).toEqual(expected);
});

test('a row knows its place and its id', async () => {
  const lines = fileOf('a.jsonl', '{"id":7,"text":"a"}\n\n{"text":"b"}\n');
  expect((await rowsOf(lines)).map(({ place, id }) => [place, id])).toEqual([
    [`${lines}:1`, '7'],
    [`${lines}:3`, undefined],
  ]);
  const table = fileOf('a.csv', 'id,text\nx,"1\n2"\n,b\n');
  expect((await rowsOf(table)).map(({ place, id }) => [place, id])).toEqual([
    [`${table}:3`, 'x'],
    [`${table}:4`, undefined],
  ]);
});

test('files of a folder come by their names', async () => {
  const folder = join(fileOf('b.txt', 'b'), '..');
  writeFileSync(join(folder, 'a.png'), 'a');
  writeFileSync(join(folder, '.hidden'), 'h');
  mkdirSync(join(folder, 'inner'));
  expect((await rowsOf(folder)).map(({ id, file }) => [id, file])).toEqual([
    ['a.png', join(folder, 'a.png')],
    ['b.txt', join(folder, 'b.txt')],
  ]);
});

test.each([
  [
    'a.jsonl',
    '"a"\n{',
    ':2: this line alone is no JSON. Give a file with a prompt on each line, a .csv, a .tsv or a folder.',
  ],
  [
    'a.csv',
    Buffer.from('text\ncaf\xe9\n', 'latin1'),
    ' is no UTF-8: save it in that encoding; spreadsheets call it CSV UTF-8.',
  ],
  [
    'a.jsonl',
    Buffer.from('\ufeff"a"\n', 'utf16le'),
    ' is no UTF-8: save it in that encoding; spreadsheets call it CSV UTF-8.',
  ],
  ['a.jsonl', '[1]', ':1: a line has to be a text or an object, in JSON.'],
  ['a.jsonl', 'null', ':1: a line has to be a text or an object, in JSON.'],
  ['a.jsonl', '{"id":{}}', ':1: its id has to be a text or a number.'],
  ['a.csv', 'a,b\n1\n', ':2: it has 1 of the 2 columns of the header.'],
  ['a.csv', 'a\n"1\n', /: Quote Not Closed: .*\.$/],
])('%s with %j is refused', async (name, content, message) => {
  const path = fileOf(name, content);
  const error = await rowsOf(path).catch((error) => error);
  expect(error).toBeInstanceOf(WrongUse);
  expect(error.message.slice(path.length)).toMatch(message);
});
