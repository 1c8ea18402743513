import type { AudioFormat, DocumentFormat, ImageFormat, VideoFormat } from '@outcrop/converse';

/** The formats of each kind of file. */
export type MediaFormats = {
  image: ImageFormat;
  document: DocumentFormat;
  video: VideoFormat;
  audio: AudioFormat;
};

/** The kinds of file that a message can hold. */
export type MediaKind = keyof MediaFormats;

// What a caller may name, so that nothing has to be loaded to know it. A type test holds it to converse's types.
export const formats = {
  image: ['gif', 'jpeg', 'png', 'webp'],
  document: ['csv', 'doc', 'docx', 'html', 'md', 'pdf', 'txt', 'xls', 'xlsx'],
  video: ['flv', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'three_gp', 'webm', 'wmv'],
  audio: [
    'aac',
    'flac',
    'm4a',
    'mka',
    'mkv',
    'mp3',
    'mp4',
    'mpeg',
    'mpga',
    'ogg',
    'opus',
    'pcm',
    'wav',
    'webm',
    'x-aac',
  ],
} as const satisfies { [Kind in MediaKind]: readonly MediaFormats[Kind][] };

/** Bedrock's names for the formats of one kind; none of what is no kind. */
export function formatsOf(kind: MediaKind): readonly string[] {
  return formats[kind] ?? [];
}

/** The first kind that has such a format: a video rather than audio where both do. */
export function kindOfFormat(format: string): MediaKind | undefined {
  return (Object.keys(formats) as MediaKind[]).find((kind) => formatsOf(kind).includes(format));
}
