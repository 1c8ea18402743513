import type { S3Location } from '@outcrop/converse';
import { dataUrlSource } from './base64.ts';
import { formatsOf, kindOfFormat, type MediaFormats, type MediaKind, mediaKinds } from './formats.ts';
import { type Bytes, type FileSource, sourceFrom } from './source.ts';

/** What may be said of any file. */
export type MediaOptions = {
  /** Its extension helps detection. @default the name of a `File` */
  filename?: string | undefined;
  /** A limit for this file alone, in megabytes of 1,000,000 bytes: lower or higher than the usual one. */
  maxSizeMb?: number | undefined;
};

/** What may be said of an image. A format that is named is believed, and no detection is loaded for it. */
export type ImageOptions = MediaOptions & { format?: MediaFormats['image'] | undefined };

/** What may be said of a video. */
export type VideoOptions = MediaOptions & { format?: MediaFormats['video'] | undefined };

/** What may be said of a sound. */
export type AudioOptions = MediaOptions & { format?: MediaFormats['audio'] | undefined };

/** How a document is presented to the model. */
export type DocumentDetails = {
  /**
   * What the model calls it: repaired where Bedrock would refuse it, and numbered where it is taken.
   * @default made of the file's name
   */
  name?: string | undefined;
  /** What the model should know about it, apart from its text. */
  context?: string | undefined;
  /** Whether the model should cite it. */
  citations?: boolean | undefined;
};

/** What may be said of a document. */
export type DocumentOptions = MediaOptions & DocumentDetails & { format?: MediaFormats['document'] | undefined };

/** What may be said of a file of any kind. `name`, `context` and `citations` count if it is a document. */
export type FileOptions = MediaOptions &
  DocumentDetails & {
    /** Needed only for a format that is a video's and a sound's, such as `mp4`, when it is a sound. */
    kind?: MediaKind | undefined;
    format?: MediaFormats[MediaKind] | undefined;
  };

/** What may be said of an object in S3. Without `format`, its key's extension decides. */
export type S3Options = {
  /** The twelve digits of the account that owns the bucket, when it is not the caller's own. */
  bucketOwner?: string | undefined;
};

/** A file that was added and is not read yet. */
export type FilePart = {
  kind?: MediaKind | undefined;
  format?: string | undefined;
  source: FileSource | S3Location;
  filename?: string | undefined;
  maxBytes?: number | undefined;
} & DocumentDetails;

type AnyOptions = FileOptions & S3Options;

/** Notes down a file whose bytes are at hand, or will be. Throws a `TypeError` for anything but a file. */
export function filePart(bytes: Bytes, options: FileOptions, method: string, kind?: MediaKind): FilePart {
  return partOf(sourceFrom(bytes, method), options, method, kind);
}

/** Notes down a file in a data URL. What it says of an image is believed, as the header is looked at anyway. */
export function dataUrlPart(url: string, options: FileOptions): FilePart {
  const source = dataUrlSource(url);
  if (source === undefined) {
    throw new TypeError('addDataUrl takes a URL that begins with data: and has a comma. For base64 alone: addBase64.');
  }
  const [, format] = source.mediaType?.split('image/') ?? [];
  const isImage = options.format === undefined && formatsOf('image').includes(format ?? '');
  return partOf(source, isImage ? { ...options, format: format as MediaFormats['image'] } : options, 'addDataUrl');
}

/** Notes down an object in S3. */
export function s3Part(uri: string, options: AnyOptions, method: string, kind: MediaKind): FilePart {
  if (typeof uri !== 'string') throw new TypeError(`${method} takes a string such as s3://bucket/key.`);
  const { bucketOwner } = options;
  const location: S3Location = { uri, ...(bucketOwner !== undefined && { bucketOwner }) };
  return partOf(location, options, method, kind);
}

export function partOf(
  source: FileSource | S3Location,
  options: FileOptions,
  method: string,
  onlyKind?: MediaKind,
): FilePart {
  checkOptions(options, method);
  const { maxSizeMb, filename = 'open' in source ? source.filename : source.uri, ...rest } = options;
  const kind = onlyKind ?? options.kind ?? (options.format && kindOfFormat(options.format));
  // Decimal fractions of a megabyte are not whole numbers of bytes in floating point.
  return { ...rest, kind, source, filename, maxBytes: maxSizeMb && Math.round(maxSizeMb * 1_000_000) };
}

function checkOptions(options: FileOptions, method: string): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${method} takes an object of options, such as { filename: 'report.pdf' }.`);
  }
  for (const name of ['filename', 'format', 'name', 'context'] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'string') {
      throw new TypeError(`${method}: ${name} has to be a string, not ${typeof value}.`);
    }
  }
  const { kind, maxSizeMb } = options;
  if (kind !== undefined && !mediaKinds.includes(kind)) {
    throw new TypeError(`${method}: kind is one of ${mediaKinds.join(', ')}, not ${String(kind)}.`);
  }
  if (maxSizeMb !== undefined && !(typeof maxSizeMb === 'number' && maxSizeMb > 0)) {
    throw new RangeError(`${method}: maxSizeMb has to be a number above 0, not ${String(maxSizeMb)}.`);
  }
}
