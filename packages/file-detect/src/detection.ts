import type { FormatOf, Kind, KnownFormat } from './formats.ts';

/** What an answer rests on: the name, the content, both, or a caller who knew. */
export type DetectionMethod = 'extension' | 'content' | 'combined' | 'manual';

/** What the name alone, or the content alone, says. */
export type Reading = { format: string; kind: Kind | 'other'; mediaType: string };

/** How an answer was come by. */
export type Evidence = {
  /**
   * From 0 to 1: 0.95 for the content alone or where name and content agree; 0.75 for the name alone, and for a
   * content that several formats share; nine tenths of that where the content overrules the name; 1 if declared.
   */
  confidence: number;
  method: DetectionMethod;
  /** What either said, where they contradict each other. The content was believed. */
  disagreement?: { name: Reading; content: Reading };
  /** A stream was longer than the 5 MB that are read of one, and the end of the file would have been looked at. */
  incomplete?: true;
};

/** A file that Converse takes. */
export type SupportedDetection<K extends Kind> = {
  [Each in K]: { status: 'supported'; kind: Each; format: FormatOf<Each>; mediaType: string } & Evidence;
}[K];

/** A file of a known format that Converse does not take. */
export type UnsupportedDetection = {
  status: 'unsupported';
  /** The usual name of the format in lower case, such as `avi` or `tiff`. */
  format: string;
  kind: Kind | 'other';
  mediaType: string;
  /** The format to convert it to, where converting is the answer. */
  convertTo?: KnownFormat['format'];
  /** A sentence for people: what it is and what to do. */
  reason: string;
} & Evidence;

/** A file that neither its content nor its name explains. */
export type UnknownDetection = { status: 'unknown'; confidence: 0; reason: string; incomplete?: true };

/** A file that Converse takes, but not as the kind that was asked for. */
export type OtherKindDetection = {
  status: 'other_kind';
  confidence: 0;
  reason: string;
  found: SupportedDetection<Kind>;
};

/** What a file is: narrow it by `status`, then by `kind`. */
export type Detection = SupportedDetection<Kind> | UnsupportedDetection | UnknownDetection;

/** Whether a file is of one kind, and if not, why. */
export type DetectionOf<K extends Kind> =
  | SupportedDetection<K>
  | UnsupportedDetection
  | UnknownDetection
  | OtherKindDetection;
