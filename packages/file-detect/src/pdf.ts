import { hasAt, indexOf } from './bytes.ts';
import type { Clue } from './clue.ts';
import { rowsOf } from './formats.ts';
import type { Sample } from './sample.ts';

// Readers of PDF look for the header in this many bytes, and files with an HTTP or mail header before it do exist.
const headerWithin = 1024;

/** Recognises a PDF, even one with something before it. */
export async function readPdf(sample: Sample): Promise<Clue | undefined> {
  const { head } = sample;
  const at = indexOf(head.subarray(0, headerWithin + 5), '%PDF-');
  if (at === -1) return undefined;
  const clue = { formats: rowsOf('document', 'pdf') };
  if (head.subarray(0, at).every(isBlankOrMark)) return clue;
  // A text about PDF may name the header; only a file has the end as well.
  const { tail } = (await sample.ends()) ?? { tail: head };
  return indexOf(tail, 'startxref') !== -1 && indexOf(tail, '%%EOF') !== -1 && !hasAt(head, 0, 'PK') ? clue : undefined;
}

function isBlankOrMark(byte: number): boolean {
  return byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf;
}
