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
import type { Place, Report } from '../errors.ts';
import { inlineBytes, type MessageLimits, messageLimits } from '../message-limits.ts';
import { detectMedia, type KnownMedia } from './detection.ts';
import type { FilePart } from './file-part.ts';
import { formatsOf, type MediaKind, mediaKinds } from './formats.ts';
import { readImageHeader } from './image-header.ts';
import { bytesFrom, type FileSource, type FileTrouble, type OpenedFile } from './source.ts';

/** The block that a file becomes. */
export type MediaBlock = OneOf<{ image: ImageBlock; document: DocumentBlock; video: VideoBlock; audio: AudioBlock }>;

export type Reading = {
  limits: MessageLimits;
  report: Report;
  /** Filled in for documents, whose names have to wait for each other. */
  wishes: Map<DocumentBlock, NameWish>;
};

/** Opens, measures, reads and recognises a file, and makes a block of it; or reports why it cannot be one. */
export async function readFile(part: FilePart, place: Place, reading: Reading): Promise<MediaBlock | undefined> {
  const { source } = part;
  if ('uri' in source) return referTo(part, source, place, reading);
  const { report } = reading;
  const opened = await open(source, part, place, report);
  // Measured before it is read: nobody should load a gigabyte to hear that it is too much.
  if (opened === undefined || !fits(opened.sizeBytes, part.kind, part, place, reading)) return undefined;
  const bytes = await read(opened, part, place, report);
  if (bytes === undefined) return undefined;
  const media = await mediaOf(bytes, part, source, place, report);
  if (media === undefined) return undefined;
  if (part.kind === undefined && !fits(bytes.length, media.kind, part, place, reading)) return undefined;
  if (media.kind === 'image' && !checkImage(bytes, media.format, part, place, reading)) return undefined;
  return blockOf(media, { bytes }, part, reading);
}

async function referTo(part: FilePart, location: S3Location, place: Place, reading: Reading) {
  const { uri, bucketOwner } = location;
  const { report } = reading;
  const wrong = !/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/s.test(uri)
    ? `'${uri}' is not where an object lies in S3: write s3://bucket/key.`
    : bucketOwner !== undefined && !/^\d{12}$/.test(bucketOwner)
      ? `bucketOwner is the twelve digits of an AWS account, not '${bucketOwner}'.`
      : undefined;
  if (wrong !== undefined) {
    report.problems.push({ ...place, code: 'invalid_s3_location', message: wrong, received: uri });
    return undefined;
  }
  const media = await mediaOf(undefined, part, {}, place, report);
  return media && blockOf(media, { s3Location: { ...location } }, part, reading);
}

async function open(
  source: FileSource,
  { filename }: FilePart,
  place: Place,
  report: Report,
): Promise<OpenedFile | undefined> {
  const opened = await source.open();
  return 'sizeBytes' in opened ? opened : troubled(opened, filename, place, report);
}

const advice = {
  image: 'Scale it down or compress it more.',
  document: 'Split it, or put it into S3 and use addS3Document.',
  video: 'Put it into S3 and use addS3Video: a video from there may have 1 GB.',
  audio: 'Cut it, or put it into S3 and use addS3Audio.',
};

function fits(
  received: number,
  kind: MediaKind | undefined,
  part: FilePart,
  place: Place,
  { limits, report }: Reading,
): boolean {
  const subject = subjectOf(part);
  if (received === 0) {
    const message = `${subject} is empty: look at how it came about.`;
    report.problems.push({ ...place, code: 'empty_file', message, received });
    return false;
  }
  const inline = inlineBytes(limits);
  if (received > inline) {
    const message = `${subject} has ${received.toLocaleString('en-US')} bytes, of which base64 makes more than the ${limits.requestBytes.toLocaleString('en-US')} bytes that a request may have: ${inline.toLocaleString('en-US')} is the limit. ${advice[kind ?? 'video']}`;
    report.problems.push({ ...place, code: 'too_large', message, received, limit: inline });
    return false;
  }
  if (kind === undefined) return true;
  const usual = { image: messageLimits.imageBytes, document: messageLimits.documentBytes };
  const own = { image: limits.imageBytes, document: limits.documentBytes };
  const bedrock = kind in usual ? usual[kind as 'image'] : inlineBytes(messageLimits);
  const limit = part.maxBytes ?? (kind in own ? own[kind as 'image'] : inline);
  return checkLimit(
    { code: 'too_large', received, limit, bedrock, subject, unit: 'bytes', advice: advice[kind] },
    place,
    report,
  );
}

async function read(opened: OpenedFile, part: FilePart, place: Place, report: Report) {
  try {
    const read = await opened.read();
    return 'code' in read ? troubled(read, part.filename, place, report) : bytesFrom(read);
  } catch (cause) {
    // How a browser says that the file behind a `File` was changed or removed.
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${subjectOf(part)} could not be read (${reason}): it may have changed since it was chosen.`;
    return troubled({ code: 'unreadable_file', message, cause }, part.filename, place, report);
  }
}

function troubled(
  { code, message, cause }: FileTrouble,
  filename: string | undefined,
  place: Place,
  { problems, causes }: Report,
): undefined {
  problems.push({ ...place, code, message, ...(filename !== undefined && { received: filename }) });
  if (cause !== undefined) causes.push(cause);
}

async function mediaOf(
  bytes: Uint8Array | undefined,
  part: FilePart,
  { mediaType }: { mediaType?: string | undefined },
  place: Place,
  report: Report,
): Promise<KnownMedia | undefined> {
  const { kind, format, filename } = part;
  if (format === undefined) {
    // What it was taken for is not what it turns out to be.
    const subject = subjectOf({ ...part, kind: undefined });
    return detectMedia(bytes, { kind, filename, mediaType, subject }, place, report);
  }
  if (kind !== undefined && formatsOf(kind).includes(format)) return { kind, format } as KnownMedia;
  const known = formatsOf(kind ?? mediaKinds[0] ?? 'image').join(', ');
  const message = `'${format}' is not a format that Bedrock takes${kind ? ` for the kind ${kind}: it takes ${known}` : ''}. Leave the format out to have it detected.`;
  report.problems.push({ ...place, code: 'unsupported_format', message, received: format });
  return undefined;
}

function checkImage(bytes: Uint8Array, format: string, part: FilePart, place: Place, { limits, report }: Reading) {
  const header = readImageHeader(bytes);
  if (header === undefined) return true;
  const subject = subjectOf(part);
  if (header.format !== format) {
    const message = `${subject} was given as ${format}, but its header says ${header.format}: give that, or leave the format out.`;
    report.problems.push({ ...place, code: 'wrong_format', message, received: header.format });
    return false;
  }
  const { width, height } = header;
  return checkLimit(
    {
      code: 'too_many_pixels',
      received: Math.max(width, height),
      limit: limits.imagePixelsPerSide,
      bedrock: messageLimits.imagePixelsPerSide,
      subject: `${subject} (${width} × ${height})`,
      unit: 'pixels on its longer side',
      advice: 'Scale it down.',
    },
    place,
    report,
  );
}

function blockOf(media: KnownMedia, source: MediaSource, part: FilePart, { wishes }: Reading): MediaBlock {
  if (media.kind === 'image') return { image: { format: media.format, source } };
  if (media.kind === 'video') return { video: { format: media.format, source } };
  if (media.kind === 'audio') return { audio: { format: media.format, source } };
  const { name, filename, context, citations } = part;
  const document: DocumentBlock = {
    format: media.format,
    name: '',
    source,
    ...(context !== undefined && { context }),
    ...(citations !== undefined && { citations: { enabled: citations } }),
  };
  wishes.set(document, { name, filename });
  return { document };
}

/** How a problem speaks of a file. */
function subjectOf({ filename, kind }: FilePart): string {
  return filename === undefined ? `The ${kind ?? 'file'}` : `'${filename}'`;
}
