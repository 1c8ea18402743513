import { indexOf, latin1 } from './bytes.ts';
import type { Clue } from './clue.ts';
import { rowsOf } from './formats.ts';
import type { Sample } from './sample.ts';

// Readers of PDF look for the header in this many bytes, and files with an HTTP or mail header before it do exist.
const headerWithin = 1024;
const endWithin = 1024;

/** Recognises a PDF, even one with something before it. */
export async function readPdf(sample: Sample): Promise<Clue | undefined> {
  const { head } = sample;
  const at = indexOf(head.subarray(0, headerWithin + 5), '%PDF-');
  if (at === -1) return undefined;
  const clue = { formats: rowsOf('document', 'pdf') };
  const before = head.subarray(0, at);
  if (before.every(isBlankOrMark)) return clue;
  // Zeros are those of a container, such as a tar or zip file, with a PDF in it.
  if (before.includes(0)) return undefined;
  // A text about PDF may quote a whole one; only a file ends with it.
  const { tail } = (await sample.ends()) ?? { tail: head };
  const end = latin1(tail, Math.max(0, tail.length - endWithin), endWithin);
  return /startxref\s+\d+\s+%%EOF[\s\0]*$/.test(end) ? clue : undefined;
}

function isBlankOrMark(byte: number): boolean {
  return byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf;
}
