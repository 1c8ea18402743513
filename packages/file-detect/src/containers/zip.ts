import { dataView, hasAt, indexOf, latin1 } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import type { Ends, Sample } from '../sample.ts';
import { type UnsupportedName, unsupported, unsupportedByMediaType } from '../unsupported.ts';

const localHeader = 'PK\x03\x04';
const directoryHeader = 'PK\x01\x02';
const directoryEnd = 'PK\x05\x06';

/** Names of members, and whether they are all there are. */
type Listing = { names: string[]; complete: boolean };

/** Tells Word and Excel files from other zip files by the names of their members, in whatever order those come. */
export async function readZip(sample: Sample): Promise<Clue | undefined> {
  const { head } = sample;
  const start = hasAt(head, 0, 'PK\x07\x08') ? 4 : 0;
  if (hasAt(head, 0, directoryEnd)) return { formats: [], otherwise: unsupported('zip') };
  if (!hasAt(head, start, localHeader)) return undefined;

  const declared = readDeclaredType(head, start);
  if (declared !== undefined) return { formats: [], otherwise: declared };

  const ends = await sample.ends();
  const listing = (ends && (readDirectory(ends) ?? readDirectoryPart(ends))) ?? readLocalHeaders(head);
  const office = officeFormat(listing);
  if (office === 'docx' || office === 'xlsx') return { formats: rowsOf('document', office) };
  if (office !== undefined) return { formats: [], otherwise: unsupported(office) };
  if (listing.complete) return { formats: [], otherwise: unsupported('zip') };
  // Members that can't be seen may be Word's or Excel's: then the name may say so.
  return { formats: rowsOf('document', 'docx', 'xlsx'), otherwise: unsupported('zip'), shared: true };
}

/** OpenDocument and EPUB say what they are in a first member that is not compressed. */
function readDeclaredType(head: Uint8Array, start: number) {
  if (!hasAt(head, start + 30, 'mimetype')) return undefined;
  const extraBytes = (head[start + 28] ?? 0) + 256 * (head[start + 29] ?? 0);
  const [type = ''] = /^[\w.+/-]*/.exec(latin1(head, start + 38 + extraBytes, 100).replace(/PK.*/s, '')) ?? [];
  return unsupportedByMediaType(type.replace(/-(?:template|web|master)$/, ''));
}

/** The whole central directory, when it lies within what was read. */
function readDirectory({ tail }: Ends): Listing | undefined {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (!hasAt(tail, at, directoryEnd)) continue;
    const view = dataView(tail);
    if (at + 22 + view.getUint16(at + 20, true) > tail.length) continue;
    // Counted back from its end, because something may have been put before the zip file.
    const start = at - view.getUint32(at + 12, true);
    if (start < 0) return undefined;
    const names = readDirectoryHeaders(tail, start, at);
    return names.length > 0 ? { names, complete: true } : undefined;
  }
  return undefined;
}

/** The end of a central directory that is too long, or the directory of a file whose last bytes are not a zip's. */
function readDirectoryPart({ tail }: Ends): Listing | undefined {
  const start = indexOf(tail, directoryHeader);
  return start === -1 ? undefined : { names: readDirectoryHeaders(tail, start, tail.length), complete: false };
}

function readDirectoryHeaders(bytes: Uint8Array, start: number, end: number): string[] {
  const view = dataView(bytes);
  const names: string[] = [];
  for (let at = start; at + 46 <= end && hasAt(bytes, at, directoryHeader); ) {
    const nameBytes = view.getUint16(at + 28, true);
    names.push(latin1(bytes, at + 46, nameBytes));
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

/** Found by their signature: the lengths that they state may be lacking, or lie. */
function readLocalHeaders(head: Uint8Array): Listing {
  const view = dataView(head);
  const names: string[] = [];
  for (
    let at = indexOf(head, localHeader);
    at !== -1 && at + 30 <= head.length;
    at = indexOf(head, localHeader, at + 4)
  ) {
    names.push(latin1(head, at + 30, Math.min(view.getUint16(at + 26, true), 200)));
  }
  return { names, complete: false };
}

const mainParts = {
  'word/': 'docx',
  'xl/': 'xlsx',
  'ppt/': 'pptx',
  'visio/': 'vsdx',
} as const;

type OfficeFormat = 'docx' | 'xlsx' | UnsupportedName;

function officeFormat({ names, complete }: Listing): OfficeFormat | undefined {
  const parts = names.map((name) => name.replaceAll('\\', '/').replace(/^\//, '').toLowerCase());
  const isPackage =
    parts.includes('[content_types].xml') ||
    (!complete && parts.some((part) => /^(_rels|docprops|word|xl|ppt|visio)\/.*\.(xml|rels)$/.test(part)));
  if (!isPackage) return undefined;

  const folders = Object.entries(mainParts).filter(([folder]) => parts.some((part) => part.startsWith(folder)));
  const [[, format] = [], another] = folders;
  if (another !== undefined) return undefined;
  if (format === 'docx' && parts.includes('word/vbaproject.bin')) return 'docm';
  if (format === 'xlsx' && parts.includes('xl/workbook.bin')) return 'xlsb';
  if (format === 'xlsx' && parts.includes('xl/vbaproject.bin')) return 'xlsm';
  return format;
}
