import { formatsByExtension, type KnownFormat } from './formats.ts';
import { type UnsupportedFormat, unsupportedByExtension } from './unsupported.ts';

/** What a name or a content can stand for. At least one of the two fields holds something. */
export type Clue = {
  /** Formats that Converse takes, the likeliest first. */
  readonly formats: readonly KnownFormat[];
  /** What it is if it is none of those. */
  readonly otherwise?: UnsupportedFormat;
  /** The formats differ in more than their name, and the content does not tell which of them it is. */
  readonly shared?: true;
};

/** What the extension of a file name stands for. */
export function clueOfName(name: string): Clue | undefined {
  const file = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).trim();
  const dot = file.lastIndexOf('.');
  if (dot === -1) return undefined;
  const extension = file.slice(dot + 1).toLowerCase();
  const formats = formatsByExtension.get(extension);
  if (formats !== undefined) return { formats };
  const otherwise = unsupportedByExtension(extension);
  return otherwise && { formats: [], otherwise };
}
