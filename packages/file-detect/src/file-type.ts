import { hasAt } from './bytes.ts';
import type { Clue } from './clue.ts';
import { formatsByExtension } from './formats.ts';
import type { Sample } from './sample.ts';
import { unlistedFormat, unsupported, unsupportedByExtension } from './unsupported.ts';

// Runs of 0xFF and other noise pass for audio there; what is really MPEG audio has been recognised before.
const doubtful = new Set(['mp1', 'mp2', 'mp3', 'aac']);

/** Names what Converse does not take, with the file-type library, which is loaded when the first such file comes. */
export async function readWithFileType({ head }: Sample): Promise<Clue | undefined> {
  const { fileTypeFromBuffer } = await import('file-type');
  // No content makes detect throw, whatever a version of the library thinks of it.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found === undefined) return readCutTiff(head);
  if (doubtful.has(found.ext) || formatsByExtension.has(found.ext)) return undefined;
  return { formats: [], otherwise: unsupportedByExtension(found.ext) ?? unlistedFormat(found.ext, found.mime) };
}

/** A TIFF usually has its directory at the end, without which file-type does not name it. */
function readCutTiff(head: Uint8Array): Clue | undefined {
  const isTiff = hasAt(head, 0, 'II*\0') || hasAt(head, 0, 'MM\0*');
  return isTiff ? { formats: [], otherwise: unsupported('tiff') } : undefined;
}
