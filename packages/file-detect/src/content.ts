import type { Clue } from './clue.ts';
import { readAsf } from './containers/asf.ts';
import { readCompoundFile } from './containers/compound-file.ts';
import { readIsoMedia } from './containers/iso-media.ts';
import { readMatroska } from './containers/matroska.ts';
import { readMpegAudio } from './containers/mpeg-audio.ts';
import { readOgg } from './containers/ogg.ts';
import { readZip } from './containers/zip.ts';
import { readWithFileType } from './file-type.ts';
import { readPdf } from './pdf.ts';
import type { Sample } from './sample.ts';
import { readSignature } from './signatures.ts';
import { readSingleByteText, readUnicodeText } from './text/text.ts';

type Reader = (sample: Sample) => Clue | undefined | Promise<Clue | undefined>;

// Text comes before signatures of two and three letters, which a text may begin with; a PDF can be all text itself.
const readers: readonly Reader[] = [
  readPdf,
  readUnicodeText,
  readSignature,
  readZip,
  readCompoundFile,
  readIsoMedia,
  readMatroska,
  readOgg,
  readAsf,
  readMpegAudio,
  readSingleByteText,
];

/** What the content stands for, whatever the name says. */
export async function clueOfContent(sample: Sample, name: Clue | undefined): Promise<Clue | undefined> {
  for (const read of readers) {
    const clue = await read(sample);
    if (clue !== undefined) return clue;
  }
  // Raw samples look like anything: only a real signature, such as those above, speaks against a name that says so.
  if (name?.formats.some(({ format }) => format === 'pcm')) return undefined;
  return readWithFileType(sample);
}
