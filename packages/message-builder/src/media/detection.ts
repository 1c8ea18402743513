import type { Detection, DetectionOf } from '@outcrop/file-detect';
import type { Place, Report } from '../errors.ts';
import { formatsOf, type MediaFormats, type MediaKind } from './formats.ts';

export type KnownMedia = { [Kind in MediaKind]: { kind: Kind; format: MediaFormats[Kind] } }[MediaKind];

type Question = {
  /** Left out where any kind will do. */
  kind?: MediaKind | undefined;
  filename?: string | undefined;
  mediaType?: string | undefined;
  /** What to call it in a problem. */
  subject: string;
};

/** Finds out what a file is by its bytes and its name; by its name alone where the bytes are elsewhere. */
export async function detectMedia(
  bytes: Uint8Array | undefined,
  { kind, filename, mediaType = '', subject }: Question,
  place: Place,
  report: Report,
): Promise<KnownMedia | undefined> {
  // Loaded here and not above: a page that names its formats never downloads it.
  const detection = await import('@outcrop/file-detect');
  const [hint] = detection.formatsByMediaType.get(mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '') ?? [];
  const name = filename ?? (hint === undefined ? '' : `file.${hint.extensions[0]}`);
  const detectors = {
    image: detection.detectImage,
    document: detection.detectDocument,
    video: detection.detectVideo,
    audio: detection.detectAudio,
  };
  const found =
    bytes === undefined
      ? detection.detectName(name)
      : await (kind === undefined ? detection.detect(bytes, { name }) : detectors[kind](bytes, { name }));
  return judge(found, { kind, subject }, place, report);
}

function judge(
  found: Detection | DetectionOf<MediaKind>,
  { kind, subject }: Question,
  place: Place,
  { problems, warnings }: Report,
): KnownMedia | undefined {
  if (found.status === 'supported') {
    if (kind !== undefined && found.kind !== kind) {
      problems.push(wrongKind(subject, found, kind, place));
      return undefined;
    }
    if (found.disagreement !== undefined) {
      const { name, content } = found.disagreement;
      const message = `${subject} is called ${name.format}, but its content is ${content.format}: it was added as ${found.format}.`;
      warnings.push({ code: 'name_contradicts_content', message, path: place.path });
    }
    return found as KnownMedia;
  }
  if (found.status === 'other_kind' && kind !== undefined) {
    problems.push(wrongKind(subject, found.found, kind, place));
  } else if (found.status === 'unsupported') {
    const { format } = found;
    problems.push({ ...place, code: 'unsupported_format', message: `${subject}: ${found.reason}`, received: format });
  } else {
    const formats = kind === undefined ? 'kind and format' : `format (${formatsOf(kind).join(', ')})`;
    const message = `${subject} was not recognised. ${found.reason} Give its ${formats}, or its filename.`;
    problems.push({ ...place, code: 'unknown_format', message });
  }
  return undefined;
}

function wrongKind(subject: string, found: { kind: MediaKind; format: string }, wanted: MediaKind, place: Place) {
  const { kind, format } = found;
  const message = `${subject} is of the kind ${kind} (${format}), not ${wanted}: add it as ${kind}, or with addFile, which takes any kind.`;
  return { ...place, code: 'wrong_kind' as const, message, received: format };
}
