import type { S3Location } from '@outcrop/converse';
import { type EncodedFile, splitDataUrl } from './encoded.ts';
import { formatsOf, kindOfFormat, type MediaFormats, type MediaKind } from './formats.ts';
import { type Bytes, type FileSource, sourceFrom, unexpected } from './source.ts';

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
  source: FileSource | EncodedFile | S3Location;
  filename?: string | undefined;
  maxBytes?: number | undefined;
} & DocumentDetails;

/** Notes down a file whose bytes are at hand, or will be. Throws a `TypeError` for anything but a file. */
export function filePart(bytes: Bytes, options: FileOptions, kind?: MediaKind): FilePart {
  return partOf(sourceFrom(bytes), options, kind);
}

/** Notes down a file in a data URL. What it says of an image is believed, as the header is looked at anyway. */
export function dataUrlPart(url: string, options: FileOptions): FilePart {
  const source = splitDataUrl(url);
  if (source === undefined) throw new TypeError('A data URL expected, which begins with data: and has a comma.');
  const format = source.mediaType?.replace('image/', '') as MediaFormats['image'];
  return partOf(source, formatsOf('image').includes(format) ? { format, ...options } : options);
}

/** Notes down an object in S3. */
export function s3Part(uri: string, { bucketOwner, ...options }: FileOptions & S3Options, kind: MediaKind): FilePart {
  return partOf({ uri, bucketOwner }, options, kind);
}

/** Notes down a file with what was said about it. */
export function partOf(source: FilePart['source'], options: FileOptions, onlyKind?: MediaKind): FilePart {
  checkTypes(options);
  const named = 'open' in source ? source.filename : 'uri' in source ? source.uri : undefined;
  const { maxSizeMb, filename = named, ...rest } = options;
  const kind = onlyKind ?? options.kind ?? (options.format && kindOfFormat(options.format));
  if (maxSizeMb !== undefined && !(maxSizeMb > 0))
    throw new RangeError(`maxSizeMb has to be above 0, not ${maxSizeMb}.`);
  // Decimal fractions of a megabyte are not whole numbers of bytes in floating point.
  return { ...rest, kind, source, filename, maxBytes: maxSizeMb && Math.round(maxSizeMb * 1_000_000) };
}

const types: Record<string, string> = { maxSizeMb: 'number', citations: 'boolean' };

/** Throws a `TypeError` for an option that is of the wrong type. */
export function checkTypes(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const { [name]: type = 'string' } = types;
    if (value !== undefined && typeof value !== type) throw unexpected(value, `${name}: a ${type}`);
  }
}
