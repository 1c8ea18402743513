import { readSync } from 'node:fs';
import type { OptionCheck } from '@outcrop/converse/options';
import { JournalError } from './journal-error.ts';
import { lineOf, readLine } from './lines.ts';

/** What all answers of a journal have in common. */
export type About = Readonly<Record<string, string>>;

const kind = { outcrop: 'journal', version: 1 } as const;
const mostBytes = 1 << 16;

export const anAbout: OptionCheck = (value) => {
  const isAbout = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isAbout || Object.values(value).some((text) => typeof text !== 'string')) return 'an object of texts';
  return headerOf(value as About).length > mostBytes ? `shorter than ${mostBytes} bytes (give hashes)` : undefined;
};

/** The first line of a journal. */
export function headerOf(about: About): Buffer {
  return lineOf({ ...kind, ...(Object.keys(about).length > 0 && { about }) });
}

/**
 * Where the header of a journal ends; 0 if it has none yet. Reads no more than a header may have, so that a file of
 * another kind is refused however large it is.
 */
export function checkHeader(path: string, file: number, about: About): number {
  const begun = Buffer.alloc(mostBytes);
  const bytes = begun.subarray(0, readSync(file, begun, 0, mostBytes, 0));
  const length = bytes.indexOf('\n') + 1;
  const found = length > 0 ? aboutIn(readLine(bytes.toString('utf8', 0, length - 1))) : undefined;
  if (found !== undefined) {
    checkAbout(path, found, about);
    return length;
  }
  // One that was being written when the process ended.
  if (length === 0 && headerOf(about).subarray(0, bytes.length).equals(bytes)) return 0;
  throw new JournalError('no_journal', `${path} is no journal of this version: give the run another file.`);
}

/** What a journal was begun with; `undefined` if the line is the header of none. */
function aboutIn(json: string | undefined): About | undefined {
  if (json === undefined) return undefined;
  const { outcrop, version, about = {} } = JSON.parse(json) as Partial<typeof kind> & { about?: About };
  return outcrop === kind.outcrop && version === kind.version ? about : undefined;
}

function checkAbout(path: string, begun: About, now: About): void {
  const differences = Object.entries(now)
    .map(([name, is]) => ({ name, was: Object.hasOwn(begun, name) ? (begun[name] ?? is) : is, is }))
    .filter(({ was, is }) => was !== is);
  if (differences.length === 0) return;
  const what = differences.map(({ name, was, is }) => `${name} was '${was}' and is '${is}'`).join(', ');
  throw new JournalError('other_about', `The journal ${path} was begun with something else: ${what}.`, { differences });
}
