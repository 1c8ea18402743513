import { clueOfName } from './clue.ts';
import { clueOfContent } from './content.ts';
import type { Detection, DetectionOf, SupportedDetection } from './detection.ts';
import { type FormatOf, formats, type Kind } from './formats.ts';
import { type DetectInput, nameOf, openSample } from './input.ts';
import { supported, weigh } from './weigh.ts';

/** What helps to tell what a file is. */
export type DetectOptions = {
  /** The file's name, with or without a path; only its extension matters. @default the name of a `File` */
  name?: string | undefined;
  /** Ends the wait for a slow stream or `Blob`: rejects with the signal's reason and cancels the stream. */
  signal?: AbortSignal | undefined;
};

/**
 * Tells what a file is from its bytes and its name, the bytes having the last word.
 *
 * Looks at no more than the first and the last 64 kB. A stream is consumed: it is read only as far as needed, at most
 * 5 MB, and then cancelled, so hand over a `tee()` of one that is still wanted. Content never makes it throw; it
 * rejects with the error of a stream or a `Blob` that cannot be read, and with a `TypeError` for anything else.
 *
 * @example
 * const found = await detect(file);
 * if (found.status !== 'supported') return show(found.reason);
 * if (found.kind === 'image') return { image: { format: found.format, source: { bytes } } };
 */
export function detect(input: DetectInput, options: DetectOptions = {}): Promise<Detection> {
  return examine(input, options);
}

/** Tells whether a file is an image that Converse takes, and if not, why. */
export function detectImage(input: DetectInput, options: DetectOptions = {}): Promise<DetectionOf<'image'>> {
  return detectKind('image', input, options);
}

/** Tells whether a file is a document that Converse takes, and if not, why. */
export function detectDocument(input: DetectInput, options: DetectOptions = {}): Promise<DetectionOf<'document'>> {
  return detectKind('document', input, options);
}

/** Tells whether a file is a video that Converse takes, and if not, why. Takes `.mp4` for a video if it can't be told. */
export function detectVideo(input: DetectInput, options: DetectOptions = {}): Promise<DetectionOf<'video'>> {
  return detectKind('video', input, options);
}

/** Tells whether a file is audio that Converse takes, and if not, why. Takes `.mp4` for audio if it can't be told. */
export function detectAudio(input: DetectInput, options: DetectOptions = {}): Promise<DetectionOf<'audio'>> {
  return detectKind('audio', input, options);
}

/** Tells what a file is from nothing but its name: for one whose bytes are elsewhere, such as an object in S3. */
export function detectName(name: string): Detection {
  return weigh(clueOfName(checkedName(name)), undefined) ?? unknown('Its name has no extension that is known.');
}

/**
 * The answer for a file whose format is known already. Nothing is looked at; a format that Converse does not take is a
 * `RangeError`.
 */
export function declareFormat<K extends Kind>(kind: K, format: FormatOf<K>): SupportedDetection<K> {
  const row = formats.find((each) => each.kind === kind && each.format === format);
  if (row === undefined) {
    const taken = formats.filter((each) => each.kind === kind).map((each) => each.format);
    throw new RangeError(`Converse takes no ${kind} in the format '${format}': it takes ${taken.join(', ')}`);
  }
  return supported(row, { confidence: 1, method: 'manual' }) as SupportedDetection<K>;
}

async function detectKind<K extends Kind>(
  kind: K,
  input: DetectInput,
  options: DetectOptions,
): Promise<DetectionOf<K>> {
  const found = await examine(input, options, kind);
  if (found.status !== 'supported') return found;
  if (found.kind === kind) return found as DetectionOf<K>;
  const reason = `This is ${article(found.kind)} (${found.format}), not ${article(kind)}.`;
  return { status: 'other_kind', confidence: 0, reason, found };
}

async function examine(input: DetectInput, { name, signal }: DetectOptions, wanted?: Kind): Promise<Detection> {
  const clue = clueOfName(checkedName(name === undefined ? nameOf(input) : name));
  const sample = await openSample(input, signal);
  try {
    if (sample.head.length === 0) return unknown('The file is empty.');
    const content = await clueOfContent(sample, clue);
    const found = weigh(clue, content, wanted) ?? unknown('Neither its content nor its name is known.');
    return sample.isCut() ? { ...found, incomplete: true } : found;
  } finally {
    sample.close();
  }
}

function checkedName(name: unknown): string {
  if (typeof name === 'string') return name;
  throw new TypeError(`A file's name is a string, and ${name === null ? 'null' : `a ${typeof name}`} was given`);
}

function unknown(reason: string): Detection {
  return { status: 'unknown', confidence: 0, reason };
}

function article(kind: Kind): string {
  return kind === 'image' ? 'an image' : kind === 'audio' ? 'audio' : `a ${kind}`;
}
