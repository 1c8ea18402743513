import { dataView, hasAt } from '../bytes.ts';
import type { Clue } from '../clue.ts';
import { rowsOf } from '../formats.ts';
import { bytesAt, type Ends, headOnly, type Sample } from '../sample.ts';
import { type UnsupportedName, unsupported } from '../unsupported.ts';

const signature = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

type Format = 'doc' | 'xls' | UnsupportedName;

// What stands directly under the root; a document inside a document has such streams further down.
const streams: Readonly<Record<string, Format>> = {
  EncryptedPackage: 'encrypted_office',
  WordDocument: 'doc',
  Workbook: 'xls',
  Book: 'xls',
  'PowerPoint Document': 'ppt',
  VisioDocument: 'vsdx',
  '__properties_version1.0': 'msg',
};

type Entry = { name: string; left: number; right: number; child: number };

/** The names under the root, and whether they are all there are. */
type Root = { names: string[]; complete: boolean };

/** Tells what wrote an OLE compound file (Word and Excel up to 2003, and others) by its directory. */
export async function readCompoundFile(sample: Sample): Promise<Clue | undefined> {
  const { head } = sample;
  if (!hasAt(head, 0, signature)) return undefined;
  const ends = (await sample.ends()) ?? headOnly(head);
  const root = readRoot(ends);
  const name = Object.keys(streams).find((each) => root.names.includes(each));
  const format = name === undefined ? readFirstSector(ends) : streams[name];
  if (format === 'doc' || format === 'xls') return { formats: rowsOf('document', format) };
  if (format !== undefined) return { formats: [], otherwise: unsupported(format) };
  if (root.complete) return { formats: [], otherwise: unsupported('cfb') };
  // What can't be seen may be Word's or Excel's: then the name may say so.
  return { formats: rowsOf('document', 'doc', 'xls'), otherwise: unsupported('cfb'), shared: true };
}

/** Walks the tree of entries under the root, as far as the entries can be seen. */
function readRoot(ends: Ends): Root {
  const entries = readEntries(ends);
  const names: string[] = [];
  const seen = new Set<number>();
  let complete = true;
  const open = [entries[0]?.child ?? 0];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === noEntry || seen.has(id)) continue;
    seen.add(id);
    const entry = entries[id];
    if (entry === undefined) {
      complete = false;
      continue;
    }
    names.push(entry.name);
    open.push(entry.left, entry.right);
  }
  return { names, complete: complete && entries.length > 0 };
}

const noEntry = 0xffffffff;
const entryBytes = 128;
// More than fit into what is looked at, so only a chain that runs in a circle is cut off.
const maxSectors = 1024;

/** The entries of the directory; those in sectors that were not looked at are holes. */
function readEntries(ends: Ends): (Entry | undefined)[] {
  const header = bytesAt(ends, 0, 512);
  if (header === undefined) return [];
  const view = dataView(header);
  const sectorShift = view.getUint16(30, true);
  if (sectorShift !== 9 && sectorShift !== 12) return [];
  const sectorBytes = 1 << sectorShift;
  const entries: (Entry | undefined)[] = [];
  let sector = view.getUint32(48, true);
  for (let count = 0; count < maxSectors && sector < 0xfffffffa; count++) {
    const bytes = bytesAt(ends, (sector + 1) * sectorBytes, sectorBytes);
    for (let at = 0; at < sectorBytes; at += entryBytes) entries.push(bytes && readEntry(bytes.subarray(at)));
    // The table may lie in the middle of the file. Then the directory is taken to go on where it most often does.
    const next = readNextSector(ends, view, sector, sectorBytes) ?? sector + 1;
    if (bytes === undefined && next === sector + 1) break;
    sector = next;
  }
  return entries;
}

/** What the allocation table says comes after a sector. Only the part of the table that the header lists is used. */
function readNextSector(ends: Ends, header: DataView, sector: number, sectorBytes: number): number | undefined {
  const perSector = sectorBytes / 4;
  const index = Math.floor(sector / perSector);
  if (index >= 109) return undefined;
  const tableSector = header.getUint32(76 + 4 * index, true);
  const cell = bytesAt(ends, (tableSector + 1) * sectorBytes + 4 * (sector % perSector), 4);
  return cell && dataView(cell).getUint32(0, true);
}

function readEntry(bytes: Uint8Array): Entry | undefined {
  const view = dataView(bytes);
  const type = bytes[66] ?? 0;
  if (type === 0 || type > 5) return undefined;
  const nameBytes = Math.min(Math.max(view.getUint16(64, true) - 2, 0), 62);
  let name = '';
  for (let at = 0; at + 1 < nameBytes; at += 2) name += String.fromCharCode(view.getUint16(at, true));
  return {
    name,
    left: view.getUint32(68, true),
    right: view.getUint32(72, true),
    child: view.getUint32(76, true),
  };
}

/** Where the directory can't be seen: what programs put first is the document itself, which has a signature. */
function readFirstSector(ends: Ends): Format | undefined {
  const shift = ends.head[30] === 12 ? 12 : 9;
  const first = bytesAt(ends, 1 << shift, 4);
  if (first === undefined) return undefined;
  if (hasAt(first, 0, [0xec, 0xa5])) return 'doc';
  if (hasAt(first, 0, [0x09, 0x08]) && (first[2] === 0x10 || first[2] === 0x08)) return 'xls';
  return undefined;
}
