import { describe, expect, test } from 'vitest';
import { detect } from '../index.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const formatOf = async (bytes: Uint8Array) => {
  const found = await detect(bytes);
  return found.status === 'unknown' ? 'unknown' : found.format;
};

const texts: readonly [format: string, text: string][] = [
  ['txt', 'x'],
  ['txt', '\n'],
  ['txt', 'BMW and MZ, PK, RIFF, OggS, ID3, GIF89a: letters, no signatures.'],
  ['txt', 'GIF89a'],
  ['txt', 'Dear Ada,\nthank you, dear\nfriend, goodbye\n'],
  ['txt', '{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n'],
  ['txt', 'int main() {\n  one();\n  two();\n}\n'],
  ['txt', 'one();\ntwo();\nthree();\n'],
  ['txt', '# a comment\n\nkey: value\nlist:\n  - a\n  - b\n'],
  ['txt', '#!/bin/sh\n# Makes it\n\nset -e\nexport A=1\nrun it\n'],
  ['txt', '"""Hooks.\n\n``name``:\n    what it is\n"""\n\n# Only one so far\n\nHOOKS = [1]\n'],
  ['txt', '<?xml version="1.0"?>\n<config><a/></config>\n'],
  ['txt', '3,14\n2,71\n'],
  ['txt', '\u001b[1mbold\u001b[0m of a terminal\n'],
  ['txt', 'Привет, мир'],
  ['txt', '灰色の石灰岩'],
  ['md', '# Title\n\nA paragraph.\n'],
  ['md', 'See [the map](map.png) and\n\n- one\n- two\n'],
  ['md', '| a | b |\n|---|---|\n| 1 | 2 |\n\n**so**\n'],
  ['md', 'Run it:\n\n```sh\npnpm test;\n```\n\nor `pnpm check`.\n'],
  ['md', '<p align="center"><img src="a.png"></p>\n\n# Outcrop\n\nA toolkit.\n'],
  ['csv', 'name,age\nAda,36\nAlan,41\n'],
  ['csv', 'name;age\r\nAda;36\r\n'],
  ['csv', 'name\tage\nAda\t36\n'],
  ['csv', 'a|b|c\n1|2|3\n'],
  ['csv', '"a","b"\n"1, or\n2","say ""no"""\n'],
  ['csv', 'x,y\n1,2\n3,4\n'],
  ['csv', 'a, b, c\n1, 2, 3\n4, 5, 6\n'],
  ['html', '<!DOCTYPE html><title>x</title>'],
  ['html', '  <!-- comment --> <HTML lang=en>'],
  ['html', '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "a" "b">\n<html/>'],
  ['html', '<div class="a">x</div>'],
  ['svg', '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['rtf', '{\\rtf1\\ansi hello}'],
  ['ps', '%!PS-Adobe-3.0\n%%EOF\n'],
];

describe('in every encoding', () => {
  test.each(texts)('%s: %j', async (format, text) => {
    expect(await formatOf(encode(text))).toBe(format);
    expect(await formatOf(encode(`\ufeff${text}`))).toBe(format);
    expect(await formatOf(utf16(`\ufeff${text}`, true))).toBe(format);
    expect(await formatOf(utf16(`\ufeff${text}`, false))).toBe(format);
  });
});

test.each([true, false])('UTF-16 without a mark, little endian: %s', async (little) => {
  expect(await formatOf(utf16('name,age\nAda,36\n', little))).toBe('csv');
});

test('Windows-1252', async () => {
  const bytes = encode('Gr_sse an die gr_ssten H_user der Stadt, und auf Wiedersehen.\n').map((byte) =>
    byte === 0x5f ? 0xfc : byte,
  );
  expect(await formatOf(bytes)).toBe('txt');
});

test.each([
  ['csv', 'one column\nonly\n'],
  ['html', 'no tag'],
  ['md', 'plain'],
  ['txt', 'name,age\nAda,36\n'],
])('a text named .%s is one', async (format, text) => {
  expect(await detect(encode(text), { name: `a.${format}` })).toMatchObject({ format, confidence: 0.95 });
});

test.each([
  ['page.txt', '<!doctype html><html></html>', 'html', 0.855],
  ['old.xls', '<html><table></table></html>', 'html', 0.855],
  ['photo.jpg', 'Not found', 'txt', 0.675],
])('%s is what it holds', async (name, text, format, confidence) => {
  expect(await detect(encode(text), { name })).toMatchObject({ format, confidence });
});

describe('is never seen in', () => {
  const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7919 + (at >> 3) * 104_729) & 0xff);
  test.each<[string, Uint8Array]>([
    ['noise', noise(1000)],
    ['zeros', new Uint8Array(1000)],
    ['a script with a program behind it', new Uint8Array([...encode('#!/bin/sh\n'.repeat(8000)), ...noise(70_000)])],
    ['a text with one zero', encode(`${'text '.repeat(100)}\0${'text '.repeat(100)}`)],
    ['noise after a UTF-16 mark', new Uint8Array([0xff, 0xfe, ...noise(400)])],
    ['quiet sound', Uint8Array.from({ length: 4000 }, (_, at) => (at % 2 ? 0 : (at + 7) % 60))],
  ])('%s', async (_, bytes) => {
    expect(await formatOf(bytes)).toBe('unknown');
  });
});

test('a character cut by a window does not matter', async () => {
  for (const shift of [0, 1, 2, 3]) {
    expect(await formatOf(encode(`${'x'.repeat(shift)}${'灰色☃😀'.repeat(20_000)}`))).toBe('txt');
    expect(await formatOf(utf16(`\ufeff${'x'.repeat(shift)}${'灰色☃😀'.repeat(20_000)}`, true))).toBe('txt');
  }
});

test('a hostile text takes no time', async () => {
  for (const piece of ['<!--', '[', '[a](', '`', '**a', '"', '"",', ' ', '#', '| -', '---|', '<', '-']) {
    expect(await formatOf(encode(piece.repeat(100_000)))).toBeTypeOf('string');
  }
});

function utf16(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i++) new DataView(bytes.buffer).setUint16(2 * i, text.charCodeAt(i), little);
  return bytes;
}
