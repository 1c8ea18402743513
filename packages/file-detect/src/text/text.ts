import type { Clue } from '../clue.ts';
import { type DocumentFormat, rowsOf } from '../formats.ts';
import type { Sample } from '../sample.ts';
import { unsupported } from '../unsupported.ts';
import { looksLikeCsv } from './csv.ts';
import { decodeSingleBytes, decodeUnicode } from './encoding.ts';
import { looksLikeMarkdown } from './markdown.ts';
import { readMarkup } from './markup.ts';

/** Recognises text in UTF-8 or UTF-16, and what is written in it. */
export async function readUnicodeText(sample: Sample): Promise<Clue | undefined> {
  const text = await decodeUnicode(sample);
  return text === undefined ? undefined : clueOfText(text);
}

/** Recognises text in Windows-1252 and the like. */
export async function readSingleByteText(sample: Sample): Promise<Clue | undefined> {
  const text = await decodeSingleBytes(sample);
  return text === undefined ? undefined : clueOfText(text);
}

function clueOfText(text: string): Clue {
  if (text.startsWith('{\\rtf')) return { formats: [], otherwise: unsupported('rtf') };
  if (text.startsWith('%!PS')) return { formats: [], otherwise: unsupported('ps') };
  const markup = readMarkup(text);
  if (markup === 'svg') return { formats: [], otherwise: unsupported('svg') };
  if (markup === 'html') return { formats: rowsOf('document', 'html') };
  // Nothing marks these for certain, and each of them is a plain text as well: the name may choose.
  const guess = guessFormat(text, markup === 'fragment');
  return { formats: rowsOf('document', guess, ...textFormats.filter((format) => format !== guess)), shared: true };
}

const textFormats = ['txt', 'md', 'csv', 'html'] as const satisfies DocumentFormat[];

function guessFormat(text: string, isMarkup: boolean): (typeof textFormats)[number] {
  if (looksLikeMarkdown(text)) return 'md';
  if (isMarkup) return 'html';
  return looksLikeCsv(text) ? 'csv' : 'txt';
}
