/** The kinds of file that a Converse message can hold. */
export type Kind = 'image' | 'document' | 'video' | 'audio';

/**
 * Every format that Converse takes, in Bedrock's spelling, with its media types (the usual one first) and its
 * file name extensions. Where a name or a content fits several rows, the earlier row is the likelier one.
 */
export const formats = [
  { kind: 'image', format: 'gif', mediaTypes: ['image/gif'], extensions: ['gif'] },
  {
    kind: 'image',
    format: 'jpeg',
    mediaTypes: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
  },
  { kind: 'image', format: 'png', mediaTypes: ['image/png', 'image/apng'], extensions: ['png', 'apng'] },
  { kind: 'image', format: 'webp', mediaTypes: ['image/webp'], extensions: ['webp'] },

  {
    kind: 'document',
    format: 'csv',
    mediaTypes: ['text/csv', 'text/tab-separated-values'],
    extensions: ['csv', 'tsv'],
  },
  { kind: 'document', format: 'doc', mediaTypes: ['application/msword'], extensions: ['doc'] },
  {
    kind: 'document',
    format: 'docx',
    mediaTypes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    extensions: ['docx'],
  },
  {
    kind: 'document',
    format: 'html',
    mediaTypes: ['text/html', 'application/xhtml+xml'],
    extensions: ['html', 'htm', 'xhtml'],
  },
  {
    kind: 'document',
    format: 'md',
    mediaTypes: ['text/markdown', 'text/x-markdown'],
    extensions: ['md', 'markdown'],
  },
  { kind: 'document', format: 'pdf', mediaTypes: ['application/pdf', 'application/x-pdf'], extensions: ['pdf'] },
  { kind: 'document', format: 'txt', mediaTypes: ['text/plain'], extensions: ['txt', 'text'] },
  { kind: 'document', format: 'xls', mediaTypes: ['application/vnd.ms-excel'], extensions: ['xls'] },
  {
    kind: 'document',
    format: 'xlsx',
    mediaTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    extensions: ['xlsx'],
  },

  { kind: 'video', format: 'mkv', mediaTypes: ['video/x-matroska', 'video/matroska'], extensions: ['mkv', 'mk3d'] },
  { kind: 'video', format: 'mov', mediaTypes: ['video/quicktime'], extensions: ['mov', 'qt'] },
  { kind: 'video', format: 'mp4', mediaTypes: ['video/mp4', 'video/x-m4v'], extensions: ['mp4', 'm4v'] },
  { kind: 'video', format: 'webm', mediaTypes: ['video/webm'], extensions: ['webm'] },
  { kind: 'video', format: 'flv', mediaTypes: ['video/x-flv'], extensions: ['flv'] },
  { kind: 'video', format: 'mpeg', mediaTypes: ['video/mpeg'], extensions: ['mpeg', 'mpe'] },
  { kind: 'video', format: 'mpg', mediaTypes: ['video/mpeg'], extensions: ['mpg'] },
  { kind: 'video', format: 'wmv', mediaTypes: ['video/x-ms-wmv', 'video/x-ms-asf'], extensions: ['wmv', 'asf'] },
  { kind: 'video', format: 'three_gp', mediaTypes: ['video/3gpp'], extensions: ['3gp', '3gpp'] },

  { kind: 'audio', format: 'mp3', mediaTypes: ['audio/mpeg', 'audio/mp3'], extensions: ['mp3'] },
  { kind: 'audio', format: 'opus', mediaTypes: ['audio/opus', 'audio/ogg'], extensions: ['opus'] },
  {
    kind: 'audio',
    format: 'wav',
    mediaTypes: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
    extensions: ['wav', 'wave'],
  },
  { kind: 'audio', format: 'aac', mediaTypes: ['audio/aac', 'audio/aacp'], extensions: ['aac'] },
  { kind: 'audio', format: 'flac', mediaTypes: ['audio/flac', 'audio/x-flac'], extensions: ['flac'] },
  { kind: 'audio', format: 'mp4', mediaTypes: ['audio/mp4'], extensions: ['mp4'] },
  { kind: 'audio', format: 'ogg', mediaTypes: ['audio/ogg', 'application/ogg'], extensions: ['ogg', 'oga', 'spx'] },
  { kind: 'audio', format: 'mkv', mediaTypes: ['audio/x-matroska', 'audio/matroska'], extensions: ['mkv'] },
  { kind: 'audio', format: 'mka', mediaTypes: ['audio/x-matroska', 'audio/matroska'], extensions: ['mka'] },
  { kind: 'audio', format: 'x-aac', mediaTypes: ['audio/x-aac', 'audio/aac'], extensions: ['aac'] },
  { kind: 'audio', format: 'm4a', mediaTypes: ['audio/mp4', 'audio/x-m4a', 'audio/m4a'], extensions: ['m4a', 'm4b'] },
  { kind: 'audio', format: 'mpeg', mediaTypes: ['audio/mpeg'], extensions: ['mpeg', 'mp2'] },
  { kind: 'audio', format: 'mpga', mediaTypes: ['audio/mpeg'], extensions: ['mpga', 'mp2'] },
  { kind: 'audio', format: 'pcm', mediaTypes: ['audio/pcm', 'audio/l16'], extensions: ['pcm'] },
  { kind: 'audio', format: 'webm', mediaTypes: ['audio/webm'], extensions: ['webm', 'weba'] },
] as const satisfies readonly {
  kind: Kind;
  format: string;
  mediaTypes: readonly [string, ...string[]];
  extensions: readonly [string, ...string[]];
}[];

/** One row of {@link formats}. */
export type KnownFormat = (typeof formats)[number];

/** Bedrock's spelling of the formats of one kind: `FormatOf<'video'>` has `three_gp` where a file name has `.3gp`. */
export type FormatOf<K extends Kind> = Extract<KnownFormat, { kind: K }>['format'];

/** What Converse takes as an image. */
export type ImageFormat = FormatOf<'image'>;
/** What Converse takes as a document. */
export type DocumentFormat = FormatOf<'document'>;
/** What Converse takes as a video. */
export type VideoFormat = FormatOf<'video'>;
/** What Converse takes as audio; some names (`mp4`, `mkv`, `webm`, `mpeg`) are video formats too. */
export type AudioFormat = FormatOf<'audio'>;

/** The formats that go by a file name extension, given in lower case and without its dot. */
export const formatsByExtension: ReadonlyMap<string, readonly KnownFormat[]> = rowsBy((row) => row.extensions);

/** The formats that go by a media type, given in lower case and without parameters. */
export const formatsByMediaType: ReadonlyMap<string, readonly KnownFormat[]> = rowsBy((row) => row.mediaTypes);

/** The rows of the named formats of one kind, in the order of the names. */
export function rowsOf<K extends Kind>(kind: K, ...names: FormatOf<K>[]): KnownFormat[] {
  return names.flatMap((name) => formats.filter((row) => row.kind === kind && row.format === name));
}

function rowsBy(keysOf: (row: KnownFormat) => readonly string[]): Map<string, KnownFormat[]> {
  const map = new Map<string, KnownFormat[]>();
  for (const row of formats) {
    for (const key of keysOf(row)) map.set(key, [...(map.get(key) ?? []), row]);
  }
  return map;
}
