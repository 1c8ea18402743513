import type { Kind, KnownFormat } from './formats.ts';

/** A format that is recognised although Converse does not take it. */
export type UnsupportedFormat = Row & { readonly format: string };

type Row = {
  readonly kind: Kind | 'other';
  readonly mediaType: string;
  /** What a person calls it. */
  readonly label: string;
  readonly extensions?: readonly string[];
  /** @default {@link usualTargets} of its kind */
  readonly convertTo?: KnownFormat['format'];
  /** What to do where converting is not the answer. */
  readonly advice?: string;
};

const usualTargets = { image: 'png', document: 'pdf', video: 'mp4', audio: 'mp3', other: undefined } as const;

const packed = 'unpack it and send the files in it';

const rows = {
  tiff: { kind: 'image', mediaType: 'image/tiff', label: 'TIFF', extensions: ['tiff', 'tif'] },
  bmp: { kind: 'image', mediaType: 'image/bmp', label: 'BMP', extensions: ['bmp', 'dib'] },
  svg: { kind: 'image', mediaType: 'image/svg+xml', label: 'SVG', extensions: ['svg'] },
  heic: { kind: 'image', mediaType: 'image/heic', label: 'HEIC', extensions: ['heic', 'heif'], convertTo: 'jpeg' },
  avif: { kind: 'image', mediaType: 'image/avif', label: 'AVIF', extensions: ['avif'] },
  ico: { kind: 'image', mediaType: 'image/x-icon', label: 'ICO', extensions: ['ico'] },
  psd: { kind: 'image', mediaType: 'image/vnd.adobe.photoshop', label: 'PSD', extensions: ['psd'] },
  jxl: { kind: 'image', mediaType: 'image/jxl', label: 'JPEG XL', extensions: ['jxl'] },
  jp2: { kind: 'image', mediaType: 'image/jp2', label: 'JPEG 2000', extensions: ['jp2'] },

  rtf: { kind: 'document', mediaType: 'application/rtf', label: 'RTF', extensions: ['rtf'], convertTo: 'docx' },
  odt: {
    kind: 'document',
    mediaType: 'application/vnd.oasis.opendocument.text',
    label: 'OpenDocument text (ODT)',
    extensions: ['odt'],
    convertTo: 'docx',
  },
  ods: {
    kind: 'document',
    mediaType: 'application/vnd.oasis.opendocument.spreadsheet',
    label: 'OpenDocument spreadsheet (ODS)',
    extensions: ['ods'],
    convertTo: 'xlsx',
  },
  odp: {
    kind: 'document',
    mediaType: 'application/vnd.oasis.opendocument.presentation',
    label: 'OpenDocument presentation (ODP)',
    extensions: ['odp'],
  },
  odg: {
    kind: 'image',
    mediaType: 'application/vnd.oasis.opendocument.graphics',
    label: 'OpenDocument drawing (ODG)',
    extensions: ['odg'],
  },
  pptx: {
    kind: 'document',
    mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    label: 'PowerPoint (PPTX)',
    extensions: ['pptx'],
  },
  ppt: {
    kind: 'document',
    mediaType: 'application/vnd.ms-powerpoint',
    label: 'PowerPoint 97–2003 (PPT)',
    extensions: ['ppt'],
  },
  docm: {
    kind: 'document',
    mediaType: 'application/vnd.ms-word.document.macroenabled.12',
    label: 'Word with macros (DOCM)',
    extensions: ['docm'],
    convertTo: 'docx',
  },
  xlsm: {
    kind: 'document',
    mediaType: 'application/vnd.ms-excel.sheet.macroenabled.12',
    label: 'Excel with macros (XLSM)',
    extensions: ['xlsm'],
    convertTo: 'xlsx',
  },
  xlsb: {
    kind: 'document',
    mediaType: 'application/vnd.ms-excel.sheet.binary.macroenabled.12',
    label: 'binary Excel (XLSB)',
    extensions: ['xlsb'],
    convertTo: 'xlsx',
  },
  vsdx: {
    kind: 'document',
    mediaType: 'application/vnd.ms-visio.drawing',
    label: 'Visio',
    extensions: ['vsdx', 'vsd'],
  },
  epub: { kind: 'document', mediaType: 'application/epub+zip', label: 'EPUB', extensions: ['epub'] },
  ps: { kind: 'document', mediaType: 'application/postscript', label: 'PostScript', extensions: ['ps', 'eps'] },
  msg: {
    kind: 'document',
    mediaType: 'application/vnd.ms-outlook',
    label: 'Outlook message (MSG)',
    extensions: ['msg'],
  },
  encrypted_office: {
    kind: 'document',
    mediaType: 'application/x-ole-storage',
    label: 'Office document under a password',
    advice: 'save it without the password',
  },
  cfb: {
    kind: 'other',
    mediaType: 'application/x-cfb',
    label: 'OLE compound file that is neither Word nor Excel',
    advice: 'send it as the document that it holds',
  },

  avi: { kind: 'video', mediaType: 'video/x-msvideo', label: 'AVI', extensions: ['avi'] },
  ogv: { kind: 'video', mediaType: 'video/ogg', label: 'Ogg video', extensions: ['ogv', 'ogm'] },
  mts: { kind: 'video', mediaType: 'video/mp2t', label: 'MPEG transport stream', extensions: ['mts', 'm2ts'] },
  '3g2': { kind: 'video', mediaType: 'video/3gpp2', label: '3GPP2', extensions: ['3g2'] },

  wma: { kind: 'audio', mediaType: 'audio/x-ms-wma', label: 'WMA', extensions: ['wma'] },
  aiff: { kind: 'audio', mediaType: 'audio/aiff', label: 'AIFF', extensions: ['aif', 'aiff', 'aifc'] },
  amr: { kind: 'audio', mediaType: 'audio/amr', label: 'AMR', extensions: ['amr'] },
  caf: { kind: 'audio', mediaType: 'audio/x-caf', label: 'CAF', extensions: ['caf'] },
  midi: { kind: 'audio', mediaType: 'audio/midi', label: 'MIDI', extensions: ['mid', 'midi'] },

  zip: { kind: 'other', mediaType: 'application/zip', label: 'ZIP', extensions: ['zip'], advice: packed },
  gz: {
    kind: 'other',
    mediaType: 'application/gzip',
    label: 'gzip',
    extensions: ['gz', 'tgz', 'tar.gz'],
    advice: packed,
  },
  tar: { kind: 'other', mediaType: 'application/x-tar', label: 'TAR', extensions: ['tar'], advice: packed },
  '7z': { kind: 'other', mediaType: 'application/x-7z-compressed', label: '7-Zip', extensions: ['7z'], advice: packed },
  rar: { kind: 'other', mediaType: 'application/x-rar-compressed', label: 'RAR', extensions: ['rar'], advice: packed },
} as const satisfies Record<string, Row>;

/** The formats of the table above. */
export type UnsupportedName = keyof typeof rows;

const all: readonly UnsupportedFormat[] = Object.entries(rows).map(([format, row]) => ({ format, ...row }));
const byExtension = new Map(all.flatMap((row) => (row.extensions ?? []).map((extension) => [extension, row])));
const byMediaType = new Map(all.map((row) => [row.mediaType, row]));

/** A row of the table. */
export const unsupported = (format: UnsupportedName): UnsupportedFormat => ({ format, ...rows[format] });

/** What a file name extension stands for, when that is nothing Converse takes. */
export const unsupportedByExtension = (extension: string): UnsupportedFormat | undefined => byExtension.get(extension);

/** What a media type stands for, when that is nothing Converse takes. */
export const unsupportedByMediaType = (mediaType: string): UnsupportedFormat | undefined => byMediaType.get(mediaType);

/** A format of which no more is known than an extension and a media type. */
export function unlistedFormat(extension: string, mediaType: string): UnsupportedFormat {
  const [family] = mediaType.split('/');
  const kind = family === 'image' || family === 'video' || family === 'audio' ? family : 'other';
  return { format: extension, kind, mediaType, label: extension.toUpperCase() };
}

/** What to convert such a file to. */
export function conversionOf({ kind, convertTo, advice }: UnsupportedFormat): KnownFormat['format'] | undefined {
  return advice === undefined ? (convertTo ?? usualTargets[kind]) : undefined;
}
