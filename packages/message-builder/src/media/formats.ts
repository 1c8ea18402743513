import type { AudioFormat, DocumentFormat, ImageFormat, VideoFormat } from '@outcrop/converse';

/** The kinds of file that a message can hold. */
export type MediaKind = keyof MediaFormats;

/** The formats of each kind. */
export type MediaFormats = {
  image: ImageFormat;
  document: DocumentFormat;
  video: VideoFormat;
  audio: AudioFormat;
};

/** What a caller may name, so that no detection has to be loaded for it. `@outcrop/file-detect` has the whole story. */
const formats: { [Kind in MediaKind]: Record<MediaFormats[Kind], true> } = {
  image: { gif: true, jpeg: true, png: true, webp: true },
  document: { csv: true, doc: true, docx: true, html: true, md: true, pdf: true, txt: true, xls: true, xlsx: true },
  video: {
    flv: true,
    mkv: true,
    mov: true,
    mp4: true,
    mpeg: true,
    mpg: true,
    three_gp: true,
    webm: true,
    wmv: true,
  },
  audio: {
    aac: true,
    flac: true,
    m4a: true,
    mka: true,
    mkv: true,
    mp3: true,
    mp4: true,
    mpeg: true,
    mpga: true,
    ogg: true,
    opus: true,
    pcm: true,
    wav: true,
    webm: true,
    'x-aac': true,
  },
};

export const mediaKinds = Object.keys(formats) as readonly MediaKind[];

/** Bedrock's names for the formats of one kind. */
export function formatsOf(kind: MediaKind): string[] {
  return Object.keys(formats[kind]);
}

/** The first kind that has such a format: a video rather than audio where both do. */
export function kindOfFormat(format: string): MediaKind | undefined {
  return mediaKinds.find((kind) => Object.hasOwn(formats[kind], format));
}
