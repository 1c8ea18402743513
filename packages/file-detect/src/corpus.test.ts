import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detect } from './index.ts';

const folder = new URL('../corpus/files/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder));

// What the content alone says, in the order: kind, format, confidence.
const corpus: Record<string, readonly [kind: string, format: string, confidence: number]> = {
  'animated.png': ['image', 'png', 0.95],
  'archive.zip': ['other', 'zip', 0.95],
  'audio-only.mp4': ['audio', 'mp4', 0.95],
  'audio-only.webm': ['audio', 'webm', 0.95],
  'avc1.mp4': ['video', 'mp4', 0.95],
  'bare.mp3': ['audio', 'mp3', 0.95],
  'cmyk.jpg': ['image', 'jpeg', 0.95],
  'comma.csv': ['document', 'csv', 0.75],
  'content-types-last.docx': ['document', 'docx', 0.95],
  'content-types-last.xlsx': ['document', 'xlsx', 0.95],
  'dash.mp4': ['video', 'mp4', 0.95],
  'data.json': ['document', 'txt', 0.75],
  'docx-npm.docx': ['document', 'docx', 0.95],
  'drawing.svg': ['image', 'svg', 0.95],
  'exceljs-streamed.xlsx': ['document', 'xlsx', 0.95],
  'exceljs.xlsx': ['document', 'xlsx', 0.95],
  'faststart.mp4': ['video', 'mp4', 0.95],
  'ffmpeg.jpg': ['image', 'jpeg', 0.95],
  'flac.oga': ['audio', 'ogg', 0.95],
  'fragment.html': ['document', 'html', 0.75],
  'fragmented.mp4': ['video', 'mp4', 0.95],
  'gradient.avif': ['image', 'avif', 0.95],
  'gradient.bmp': ['image', 'bmp', 0.95],
  'gradient.gif': ['image', 'gif', 0.95],
  'gradient.heic': ['image', 'heic', 0.95],
  'gradient.png': ['image', 'png', 0.95],
  'gradient.tiff': ['image', 'tiff', 0.95],
  'gradient.webp': ['image', 'webp', 0.95],
  'h263.3g2': ['video', '3g2', 0.95],
  'h263.3gp': ['video', 'three_gp', 0.95],
  'ipod.m4v': ['video', 'mp4', 0.95],
  'isom.mp4': ['video', 'mp4', 0.95],
  'jfif.jpg': ['image', 'jpeg', 0.95],
  'latin1.csv': ['document', 'csv', 0.75],
  'layer2.mp2': ['audio', 'mpeg', 0.95],
  'libreoffice.doc': ['document', 'doc', 0.95],
  'libreoffice.docx': ['document', 'docx', 0.95],
  'libreoffice.epub': ['document', 'epub', 0.95],
  'libreoffice.odg': ['image', 'odg', 0.95],
  'libreoffice.odp': ['document', 'odp', 0.95],
  'libreoffice.ods': ['document', 'ods', 0.95],
  'libreoffice.odt': ['document', 'odt', 0.95],
  'libreoffice.pdf': ['document', 'pdf', 0.95],
  'libreoffice.pptx': ['document', 'pptx', 0.95],
  'libreoffice.rtf': ['document', 'rtf', 0.95],
  'libreoffice.xls': ['document', 'xls', 0.95],
  'libreoffice.xlsx': ['document', 'xlsx', 0.95],
  'live.webm': ['video', 'webm', 0.95],
  'mp42.mp4': ['video', 'mp4', 0.95],
  'mpeg1.mpg': ['video', 'mpeg', 0.95],
  'mpeg2.mpeg': ['video', 'mpeg', 0.95],
  'notes.md': ['document', 'md', 0.75],
  'page.html': ['document', 'html', 0.95],
  'page.xhtml': ['document', 'html', 0.95],
  'password.docx': ['document', 'encrypted_office', 0.95],
  'plain.tar': ['other', 'tar', 0.95],
  'plain.txt': ['document', 'txt', 0.75],
  'plain.txt.gz': ['other', 'gz', 0.95],
  'progressive.jpg': ['image', 'jpeg', 0.95],
  'quicktime.mov': ['video', 'mov', 0.95],
  'semicolon.csv': ['document', 'csv', 0.75],
  'sequence.m1v': ['video', 'mpeg', 0.95],
  'sheetjs-95.xls': ['document', 'xls', 0.95],
  'sheetjs-97.xls': ['document', 'xls', 0.95],
  'sheetjs.xlsb': ['document', 'xlsb', 0.95],
  'sheetjs.xlsx': ['document', 'xlsx', 0.95],
  'sound-first.wmv': ['video', 'wmv', 0.95],
  'sound.aac': ['audio', 'aac', 0.95],
  'sound.aiff': ['audio', 'aiff', 0.95],
  'sound.flac': ['audio', 'flac', 0.95],
  'sound.m4a': ['audio', 'm4a', 0.95],
  'sound.mka': ['audio', 'mka', 0.95],
  'sound.ogg': ['audio', 'ogg', 0.95],
  'sound.opus': ['audio', 'opus', 0.95],
  'sound.pcm': ['', '', 0],
  'sound.wav': ['audio', 'wav', 0.95],
  'sound.wma': ['audio', 'wma', 0.95],
  'tab.tsv': ['document', 'csv', 0.75],
  'tagged.mp3': ['audio', 'mp3', 0.95],
  'utf16be-bom.html': ['document', 'html', 0.95],
  'utf16le-bom.txt': ['document', 'txt', 0.75],
  'utf16le-chinese.txt': ['document', 'txt', 0.75],
  'utf16le.csv': ['document', 'csv', 0.75],
  'utf8-bom.csv': ['document', 'csv', 0.75],
  'video.avi': ['video', 'avi', 0.95],
  'video.flv': ['video', 'flv', 0.95],
  'video.mkv': ['video', 'mkv', 0.95],
  'video.mts': ['video', 'mts', 0.95],
  'video.ogv': ['video', 'ogv', 0.95],
  'video.webm': ['video', 'webm', 0.95],
};

test('covers every file of the corpus', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(corpus).sort());
});

test.each(Object.entries(corpus))('%s is told by its content alone', async (file, [kind, format, confidence]) => {
  expect(summary(await detect(read(file)))).toEqual([kind, format, confidence]);
});

// Where the name says something else on purpose, or chooses one of two spellings.
const byName: Record<string, unknown> = {
  'mpeg1.mpg': ['video', 'mpg', 0.95],
  'sound.pcm': ['audio', 'pcm', 0.75],
  'password.docx': ['document', 'encrypted_office', 0.95 * 0.9],
};
const unlisted = new Set(['data.json', 'sequence.m1v']);

test.each(Object.entries(corpus))('%s agrees with its own name', async (file, [kind, format, confidence]) => {
  const expected = byName[file] ?? [kind, format, unlisted.has(file) ? confidence : 0.95];
  expect(summary(await detect(read(file), { name: file }))).toEqual(expected);
});

describe('one answer for bytes, a Blob and a stream', () => {
  test.each(Object.keys(corpus))('%s', async (file) => {
    const bytes = read(file);
    const answer = await detect(bytes);
    expect(await detect(new Blob([bytes]))).toEqual(answer);
    expect(await detect(new Blob([bytes]).stream())).toEqual(answer);
    expect(await detect(Uint8Array.from(bytes).buffer)).toEqual(answer);
  });
});

function summary(found: Awaited<ReturnType<typeof detect>>): [string, string, number] {
  return found.status === 'unknown' ? ['', '', 0] : [found.kind, found.format, found.confidence];
}
