import { closeSync, createReadStream, openSync, readSync, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { WrongUse } from '../failure.ts';
import { decoded } from './decoded.ts';
import type { Variables } from './template.ts';

/** One of many prompts, as it came. */
export type Row = {
  /** For errors, such as `prompts.jsonl:17`. */
  place: string;
  id?: string | undefined;
  variables: Variables;
  /** A file of a folder, which is read when its turn comes. */
  file?: string | undefined;
};

/** Where rows come from. */
export type Source = {
  /** Reads them from the beginning. */
  read(): AsyncIterable<Row>;
  /** Whether it can be read more than once. */
  isRepeatable: boolean;
  /** Lets go of what may never end by itself. */
  close(): void;
};

/** Lines of JSON, a table, a folder of files, or `-`: lines of JSON from what is piped in. */
export function openSource(path: string): Source {
  const { stdin } = process;
  if (path === '-')
    return {
      read: () => readLines(decoded(stdin, 'stdin'), 'stdin'),
      isRepeatable: false,
      close: () => void stdin.destroy(),
    };
  const found = look(path);
  if (found.isDirectory()) return { read: () => readFolder(path), isRepeatable: true, close() {} };
  const open = () => decoded(createReadStream(path), path);
  const delimiter = delimiterOf(path, found.isFile());
  const read = () => (delimiter ? readTable(open(), path, delimiter) : readLines(open(), path));
  return { read: () => readable(path, read()), isRepeatable: found.isFile(), close() {} };
}

function delimiterOf(path: string, isFile: boolean): string | undefined {
  const extension = extname(path).toLowerCase();
  if (extension === '.tsv') return '\t';
  if (extension !== '.csv') return undefined;
  // Where a comma stands in numbers, spreadsheets write semicolons.
  const header = isFile ? firstLineOf(path) : '';
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}

function firstLineOf(path: string): string {
  const bytes = Buffer.alloc(1 << 16);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0)).split('\n', 1)[0] ?? '';
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function* readable(path: string, rows: AsyncIterable<Row>): AsyncIterable<Row> {
  try {
    yield* rows;
  } catch (error) {
    throw typeof (error as NodeJS.ErrnoException).syscall === 'string' ? unreadable(path, error) : error;
  }
}

function unreadable(path: string, error: unknown): WrongUse {
  return new WrongUse(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
}

function look(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' ? new WrongUse(`there is no ${path}.`) : unreadable(path, error);
  }
}

async function* readLines(input: NodeJS.ReadableStream, name: string): AsyncIterable<Row> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    const text = number === 1 ? line.replace(/^\ufeff/, '') : line;
    if (text.trim() !== '') yield rowOf(text, `${name}:${number}`);
  }
}

function rowOf(line: string, place: string): Row {
  const value = parseLine(line, place);
  if (typeof value === 'string') return { place, variables: { text: value } };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongUse(`${place}: a line has to be a text or an object, in JSON.`);
  }
  return { place, id: idOf((value as { id?: unknown }).id, place), variables: value as Variables };
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new WrongUse(
      `${place}: this line alone is no JSON. Give a file with a prompt on each line, a .csv, a .tsv or a folder.`,
    );
  }
}

function idOf(id: unknown, place: string): string | undefined {
  if (id === undefined || id === null) return undefined;
  if ((typeof id === 'string' && id !== '') || typeof id === 'number') return String(id);
  throw new WrongUse(`${place}: its id has to be a text or a number.`);
}

async function* readTable(input: NodeJS.ReadableStream, name: string, delimiter: string): AsyncIterable<Row> {
  const table = parse({ columns: true, bom: true, delimiter, info: true, skip_empty_lines: true, trim: false });
  input.once('error', (error) => table.destroy(error));
  try {
    for await (const { record, info } of input.pipe(table)) {
      const place = `${name}:${(info as { lines: number }).lines}`;
      yield { place, id: idOf((record as Variables)['id'] || undefined, place), variables: record as Variables };
    }
  } catch (error) {
    throw isCsvError(error) ? new WrongUse(`${name}${wordsOf(error)}`) : error;
  }
}

type CsvError = Error & { code: string; lines?: number; columns?: readonly unknown[]; record?: readonly unknown[] };

function isCsvError(error: unknown): error is CsvError {
  return (error as Partial<CsvError>).code?.startsWith('CSV_') === true;
}

function wordsOf({ code, message, lines, columns, record }: CsvError): string {
  if (code !== 'CSV_RECORD_INCONSISTENT_COLUMNS' || !columns || !record) return `: ${message}.`;
  if (record.length < columns.length)
    return `:${lines}: it has ${record.length} of the ${columns.length} columns of the header.`;
  return `:${lines}: it has ${record.length} columns, and the header has ${columns.length}: put quotes around a text with a comma in it.`;
}

/** The files of a folder by their names, without hidden ones and without what is in folders of it. */
async function* readFolder(path: string): AsyncIterable<Row> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  for (const name of names.sort()) {
    const file = join(path, name);
    yield { place: file, id: name, variables: { file: name }, file };
  }
}
