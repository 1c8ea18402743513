import {
  type Detection,
  type DetectionOf,
  detect,
  detectAudio,
  detectDocument,
  detectImage,
  detectName,
  detectVideo,
  formatsByMediaType,
} from '@outcrop/file-detect';
import type { Finding, Report } from '../findings.ts';
import type { MediaFormats, MediaKind } from './formats.ts';

/** A format with the kind it is of. */
export type KnownMedia = { [Kind in MediaKind]: { kind: Kind; format: MediaFormats[Kind] } }[MediaKind];

/** A file whose format nobody has said. */
export type Unidentified = {
  /** Left out where the bytes are elsewhere. */
  bytes?: Uint8Array | undefined;
  /** Left out where any kind will do. */
  kind?: MediaKind | undefined;
  filename?: string | undefined;
  mediaType?: string | undefined;
};

const detectors = { image: detectImage, document: detectDocument, video: detectVideo, audio: detectAudio };

/** Finds out what a file is, or reports why that cannot be told or used. */
export async function identify(
  { bytes, kind, filename = '', mediaType = '' }: Unidentified,
  about: Omit<Finding<string>, 'code'>,
  { problems, warnings }: Report,
): Promise<KnownMedia | undefined> {
  // What a form makes of a Blob is called `blob`.
  const name = detectName(filename).status === 'unknown' ? nameFrom(mediaType) : filename;
  const detector = kind === undefined ? detect : detectors[kind];
  const found: Detection | DetectionOf<MediaKind> =
    bytes === undefined ? detectName(name) : await detector(bytes, { name });
  if (found.status === 'unsupported') {
    problems.push({ ...about, code: 'unsupported_format', received: found.format, detail: found.reason });
  } else if (found.status === 'unknown') {
    problems.push({ ...about, code: 'unknown_format', detail: found.reason });
  } else {
    const media = found.status === 'supported' ? found : found.found;
    if (kind !== undefined && media.kind !== kind) {
      problems.push({ ...about, code: 'wrong_kind', received: media.format, kind: media.kind, detail: kind });
      return undefined;
    }
    if (media.disagreement !== undefined) {
      const detail = media.disagreement.name.format;
      warnings.push({ ...about, code: 'name_contradicts_content', received: media.format, detail });
    }
    return media as KnownMedia;
  }
  return undefined;
}

/** A file name with the extension of a media type: a fetched Blob has the one and not the other. */
function nameFrom(mediaType: string): string {
  const [essence = ''] = mediaType.split(';', 1);
  const [row] = formatsByMediaType.get(essence.trim().toLowerCase()) ?? [];
  return row === undefined ? '' : `file.${row.extensions[0]}`;
}
