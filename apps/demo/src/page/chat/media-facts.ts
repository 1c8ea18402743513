import type { ContentBlock } from '@outcrop/converse';

export type MediaKind = 'image' | 'document' | 'video' | 'audio';

/** What is to be said of a file in a message. */
export type MediaFacts = { kind: MediaKind; format: string; name: string; bytes?: Uint8Array | undefined };

/** `undefined` for a block that is no file. */
export function factsOf({ image, document, video, audio }: ContentBlock): MediaFacts | undefined {
  if (image) return { kind: 'image', format: image.format, name: `image.${image.format}`, bytes: image.source.bytes };
  if (video) return { kind: 'video', format: video.format, name: `video.${video.format}`, bytes: video.source.bytes };
  if (audio) return { kind: 'audio', format: audio.format, name: `audio.${audio.format}`, bytes: audio.source.bytes };
  if (!document) return undefined;
  const { format = 'txt', name, source } = document;
  return { kind: 'document', format, name: `${name}.${format}`, bytes: source.bytes };
}

const units = ['bytes', 'kB', 'MB', 'GB'] as const;

/** In steps of a thousand, as Bedrock's limits are. */
export function sizeText(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1_000 ** step;
  return `${step > 0 && value < 100 ? value.toFixed(value < 10 ? 2 : 1) : Math.round(value)} ${units[step]}`;
}
