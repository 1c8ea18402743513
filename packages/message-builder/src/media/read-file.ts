import type {
  AudioBlock,
  DocumentBlock,
  ImageBlock,
  MediaSource,
  OneOf,
  S3Location,
  VideoBlock,
} from '@outcrop/converse';
import { checkLimit } from '../check-limit.ts';
import type { NameWish } from '../document-names.ts';
import type { Place, Report } from '../findings.ts';
import { inlineBytes, type MessageLimits, messageLimits } from '../message-limits.ts';
import { plainCopy } from '../plain-copy.ts';
import { decode } from './decode.ts';
import type { KnownMedia } from './detection.ts';
import { documentBlock } from './document-block.ts';
import type { EncodedFile } from './encoded.ts';
import type { FilePart } from './file-part.ts';
import { formatsOf, type MediaKind } from './formats.ts';
import { readImageHeader } from './image-header.ts';
import { bytesFrom, type FileSource, type FileTrouble, unexpected } from './source.ts';

/** The block that a file becomes. */
export type MediaBlock = OneOf<{ image: ImageBlock; document: DocumentBlock; video: VideoBlock; audio: AudioBlock }>;

/** What reading a file takes, and what it fills in. */
export type Reading = {
  limits: MessageLimits;
  report: Report;
  /** Of documents, whose names have to wait for each other. */
  wishes: Map<DocumentBlock, NameWish>;
};

/** What every finding about a file says of it. */
type About = Place & { kind: MediaKind | undefined; file: string | undefined };

/** Opens, measures, reads and identifies a file, and makes a block of it; or reports why it cannot be one. */
export async function readFile(part: FilePart, place: Place, reading: Reading): Promise<MediaBlock | undefined> {
  const { source, kind, filename: file } = part;
  const about = { ...place, kind, file };
  if ('uri' in source) {
    if (!checkLocation(source, about, reading.report)) return undefined;
    const media = await mediaOf(undefined, part, about, reading.report);
    return media && blockOf(media, { s3Location: plainCopy(source, place.path) }, part, reading);
  }
  const bytes = await readBytes(source, part, about, reading);
  if (bytes === undefined) return undefined;
  const media = await mediaOf(bytes, part, about, reading.report);
  if (media === undefined || !fits(bytes.length, part, { ...about, kind: media.kind }, reading)) return undefined;
  if (media.kind === 'image' && !checkImage(bytes, media.format, about, reading)) return undefined;
  return blockOf(media, { bytes }, part, reading);
}

function checkLocation({ uri, bucketOwner }: S3Location, about: About, { problems }: Report): boolean {
  const found = problems.length;
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/./.test(uri)) {
    problems.push({ ...about, code: 'invalid_s3_uri', received: uri });
  }
  if (bucketOwner !== undefined && !/^\d{12}$/.test(bucketOwner)) {
    problems.push({ ...about, code: 'invalid_bucket_owner', received: bucketOwner });
  }
  return problems.length === found;
}

async function readBytes(source: FileSource | EncodedFile, part: FilePart, about: About, reading: Reading) {
  const { report } = reading;
  const opened = 'open' in source ? await tried(() => source.open()) : decode(source);
  if ('code' in opened) return troubled(opened, about, report);
  // Measured before it is read: nobody should load a gigabyte to hear that it is too much.
  if (tooMuchToRead(opened.sizeBytes, part, about, reading)) return undefined;
  const read = opened.sizeBytes === 0 ? new Uint8Array() : await tried(() => opened.read());
  if ('code' in read) return troubled(read, about, report);
  const bytes = bytesFrom(read);
  if (bytes === undefined) return troubled({ code: 'unreadable_file', detail: 'it gave no bytes' }, about, report);
  if (bytes.length > 0) return bytes;
  report.problems.push({ ...about, code: 'empty_file', received: 0 });
  return undefined;
}

/** What becomes of it. A browser says by rejecting that the file behind a `File` was changed or removed. */
async function tried<T extends object>(work: () => Promise<T>): Promise<T | FileTrouble> {
  try {
    const result: unknown = await work();
    // Sources are the caller's own, and not all of them are typed.
    if (typeof result !== 'object' || result === null) throw unexpected(result, 'A file');
    return result as T;
  } catch (cause) {
    return { code: 'unreadable_file', cause };
  }
}

function troubled({ code, detail, cause }: FileTrouble, about: About, { problems, causes }: Report): undefined {
  problems.push({ ...about, code, detail: detail ?? (cause instanceof Error ? cause.message : undefined) });
  if (cause !== undefined) causes.push(cause);
}

/** Whether it is too large whatever it is, or for the kind that it is known to be. */
function tooMuchToRead(sizeBytes: number, part: FilePart, about: About, reading: Reading): boolean {
  const most = Math.min(sizeLimits(about.kind, part, reading).limit, inlineBytes(reading.limits));
  return sizeBytes > most && !fits(sizeBytes, part, about, reading);
}

function fits(received: number, part: FilePart, about: About, reading: Reading): boolean {
  const { limits, report } = reading;
  const { limit, bedrock } = sizeLimits(about.kind, part, reading);
  const inline = inlineBytes(limits);
  // A smaller limit of its own is what it has to keep.
  if (received > inline && limit >= inline) {
    report.problems.push({ ...about, code: 'request_too_large', received, limit: inline });
    return false;
  }
  return checkLimit({ ...about, code: 'too_large', received, limit }, bedrock, report);
}

function sizeLimits(kind: MediaKind | undefined, { maxBytes }: FilePart, { limits }: Reading) {
  const limitIn = (table: MessageLimits) =>
    kind === 'image' ? table.imageBytes : kind === 'document' ? table.documentBytes : inlineBytes(table);
  return { limit: maxBytes ?? limitIn(limits), bedrock: limitIn(messageLimits) };
}

async function mediaOf(
  bytes: Uint8Array | undefined,
  { kind, format, filename, source }: FilePart,
  about: About,
  report: Report,
): Promise<KnownMedia | undefined> {
  if (format === undefined) {
    // Loaded here and not above: a page that names its formats never downloads it.
    const { identify } = await import('./detection.ts');
    const mediaType = 'uri' in source ? undefined : source.mediaType;
    return identify({ bytes, kind, filename, mediaType }, about, report);
  }
  const known = kind === undefined ? [] : formatsOf(kind);
  if (known.includes(format)) return { kind, format } as KnownMedia;
  report.problems.push({ ...about, code: 'unlisted_format', received: format, detail: known.join(', ') });
  return undefined;
}

function checkImage(bytes: Uint8Array, format: string, about: About, { limits, report }: Reading): boolean {
  const header = readImageHeader(bytes);
  if (header === undefined) return true;
  const { width, height } = header;
  if (header.format !== format) {
    report.problems.push({ ...about, code: 'wrong_format', received: header.format, detail: format });
    return false;
  }
  const received = Math.max(width, height);
  const measure = { code: 'too_many_pixels', received, limit: limits.imagePixelsPerSide } as const;
  const detail = `${width} × ${height}`;
  return checkLimit({ ...about, ...measure, detail }, messageLimits.imagePixelsPerSide, report);
}

function blockOf({ kind, format }: KnownMedia, source: MediaSource, part: FilePart, { wishes }: Reading): MediaBlock {
  // A kind and its format belong together, which the compiler loses sight of here.
  if (kind !== 'document') return { [kind]: { format, source } } as MediaBlock;
  const { name, filename } = part;
  const document = documentBlock(source, { ...part, format, name: '' });
  wishes.set(document, { name, filename });
  return { document };
}
