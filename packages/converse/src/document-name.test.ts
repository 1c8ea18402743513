import { converseLimits, documentName, isDocumentName } from '@outcrop/converse';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test.each([
  ['report.pdf', 'report'],
  ['report_2026.final.docx', 'report-2026-final'],
  ["John's report (draft) [2].pdf", 'John-s report (draft) [2]'],
  ['Résumé.pdf', 'Resume'],
  ['a  b\tc\u3000d.csv', 'a b c d'],
  ['Report -  Final.pdf', 'Report - Final'],
  ['分期报告.pdf', 'document'],
  ['第1章 intro.md', '1 intro'],
  ['C:\\Users\\me\\notes.txt', 'notes'],
  ['../../etc/passwd', 'passwd'],
  ['.pdf', 'pdf'],
  ['', 'document'],
  ['___', 'document'],
  ['name', 'name'],
  ['archive.tar.gz', 'archive-tar'],
])('%j becomes %j', (fileName, name) => {
  expect(documentName(fileName)).toBe(name);
});

test('a name that is cut ends in no space', () => {
  const long = 'x'.repeat(converseLimits.documentNameLength - 1);
  expect(documentName(`${long} y`)).toBe(long);
});

test('a name that is taken gets a number, also when it is as long as it may be', () => {
  expect(documentName('a.pdf', ['a', 'a (2)'])).toBe('a (3)');
  const long = 'x'.repeat(converseLimits.documentNameLength);
  expect(documentName(long, [long])).toBe(`${'x'.repeat(196)} (2)`);
});

test('whatever the file is called, Bedrock takes the document name, and it is always the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 }), (fileName, taken) => {
      const name = documentName(fileName, taken);
      expect(isDocumentName(name)).toBe(true);
      expect(taken).not.toContain(name);
      expect(documentName(fileName, taken)).toBe(name);
      expect(documentName(name)).toBe(name);
    }),
  );
});

test('a huge hostile name costs no more than a long one', () => {
  expect(isDocumentName(documentName('-. '.repeat(1_000_000)))).toBe(true);
  expect(isDocumentName(documentName(`${'/'.repeat(1_000_000)}a`))).toBe(true);
});

test.each(['', ' '.repeat(2), 'a  b', 'a.b', 'a_b', 'ä', 'a\tb', 'x'.repeat(201)])('%j is not taken', (name) => {
  expect(isDocumentName(name)).toBe(false);
});
