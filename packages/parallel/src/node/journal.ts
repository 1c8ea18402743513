import { hash } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError, type ConverseRequest, errorFromJson } from '@outcrop/converse';
import { responseFromJson, toJson } from '@outcrop/converse/json';
import { aFlag, aText, type OptionChecks, oneOf, optionProblems, required } from '@outcrop/converse/options';
import type { Job } from '../item.ts';
import type { Journal } from '../options.ts';
import type { FailedOutcome, OkOutcome, Outcome, TimedOutOutcome } from '../outcome.ts';
import { type About, anAbout, checkHeader, headerOf } from './header.ts';
import { isJournalError, JournalError } from './journal-error.ts';
import { lineOf, readLine, readLines } from './lines.ts';
import { lock } from './lock.ts';

/** How a journal is kept. */
export type JournalOptions = {
  /**
   * What an outcome has to survive before it is handed out. `process_death`: it has been written, and the system has
   * it. `power_loss`: it is on the disk; outcomes that come together wait for it together. @default 'process_death'
   */
  durability?: 'process_death' | 'power_loss' | undefined;
  /** Calls again what an earlier run saw fail. @default false */
  retryFailed?: boolean | undefined;
  /**
   * What all answers have in common beside their requests, such as `{ models: 'Nova Lite' }`. It is kept when the journal
   * is begun, and who opens it with another value is refused (`other_about`). What only one of both knows is not
   * compared. It stands in the file: of what is private give a hash.
   */
  about?: About | undefined;
};

/** A {@link Journal} in a file. */
export interface FileJournal extends Journal, Disposable {
  /** How many requests it knew when it was opened. */
  readonly known: number;
  /** Lines that were damaged when it was opened, the torn last one included. Their requests are called again. */
  readonly damaged: number;
  /** Lets go of the file and its lock. Again does no harm. */
  close(): void;
}

/**
 * Opens the journal of a run, or begins one: after a crash the same command goes on where it was. Nothing that is in
 * it is called again, and a journal of other requests is refused.
 *
 * @example
 * ```ts
 * import type { Converse, ConverseRequest } from '@outcrop/converse';
 * import { runAll } from '@outcrop/parallel';
 * import { openJournal } from '@outcrop/parallel/node';
 *
 * async function run(model: Converse, requests: ConverseRequest[]) {
 *   using journal = openJournal('answers.journal');
 *   return await runAll(model, requests, { journal }).result;
 * }
 * ```
 */
export function openJournal(path: string, options: JournalOptions = {}): FileJournal {
  const problems = [...optionProblems({ path }, { path: required(aText) }), ...optionProblems(options, checks)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { durability = 'process_death', retryFailed = false, about = {} } = options;
  let unlock: (() => void) | undefined;
  let file: number | undefined;
  try {
    const real = realPathOf(path);
    unlock = lock(real);
    file = openSync(real, 'a+');
    if (durability === 'power_loss') syncFolder(dirname(real));
    return createJournal(path, file, { durability, retryFailed, about }, unlock);
  } catch (error) {
    if (file !== undefined) closeSync(file);
    unlock?.();
    if (isJournalError(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const message = `The journal ${path} cannot be opened (${code}): look at its folder and at who may write there.`;
    throw new JournalError('write_failed', message, { cause: error });
  }
}

const checks: OptionChecks<JournalOptions> = {
  durability: oneOf(['process_death', 'power_loss']),
  retryFailed: aFlag,
  about: anAbout,
};

/** The same for every way to it: by a link, and from another folder. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}

/** A new file is only there after a power cut if its folder knows it. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Where the outcome of a request stands in the file, and which request it was. */
type Place = { offset: number; length: number; request: string };

type Entry = { id: string; request: string; outcome: object };

function createJournal(
  path: string,
  file: number,
  { durability, retryFailed, about }: { durability: string; retryFailed: boolean; about: About },
  unlock: () => void,
): FileJournal {
  const places = new Map<string, Place>();
  const requests = new WeakMap<ConverseRequest, string>();
  const { waitUntilSafe } = createGroupSync(file, path);
  let damaged = 0;
  let end = 0;
  let broken: JournalError | undefined;
  let isOpen = true;
  // Some file systems count no names.
  const hasName = fstatSync(file).nlink > 0;

  readAll();

  function readAll(): void {
    readHeader();
    for (const { json, offset, length } of readLines(file, end)) {
      end = offset + length;
      if (json === undefined) damaged++;
      else remember(JSON.parse(json) as Entry, { offset, length });
    }
    // What stands behind the last line is one that was being written when the process ended.
    if (fstatSync(file).size > end) {
      damaged++;
      ftruncateSync(file, end);
    }
  }

  function readHeader(): void {
    end = checkHeader(path, file, about);
    if (end > 0) return;
    if (fstatSync(file).size > 0) ftruncateSync(file, 0);
    append(headerOf(about));
  }

  function remember({ id, request, outcome }: Entry, place: Omit<Place, 'request'>): void {
    if (retryFailed && (outcome as Outcome).type !== 'ok') places.delete(id);
    else places.set(id, { ...place, request });
  }

  function append(line: Buffer): void {
    if (!isOpen) {
      const message = `The journal ${path} was closed before its run had ended: await the run first.`;
      throw new JournalError('write_failed', message);
    }
    if (broken !== undefined) throw broken;
    if (hasName && fstatSync(file).nlink === 0) {
      throw new JournalError('write_failed', `The journal ${path} was deleted while it was in use.`);
    }
    try {
      for (let written = 0; written < line.length; ) written += writeSync(file, line, written);
      end += line.length;
    } catch (error) {
      broken = writeFailed(path, error);
      try {
        ftruncateSync(file, end);
      } catch {
        // Nothing comes behind the torn line then, and it is found when the journal is opened again.
      }
      throw broken;
    }
  }

  function fingerprintOf(request: ConverseRequest): string {
    let fingerprint = requests.get(request);
    if (fingerprint === undefined) {
      fingerprint = hash('sha256', JSON.stringify(toJson(request)), 'base64url');
      requests.set(request, fingerprint);
    }
    return fingerprint;
  }

  function read({ offset, length }: Place): Entry {
    const line = Buffer.allocUnsafe(length);
    readSync(file, line, 0, length, offset);
    const json = readLine(line.toString('utf8', 0, length - 1));
    if (json === undefined) throw new JournalError('no_journal', `${path} was changed while it was in use.`);
    return JSON.parse(json) as Entry;
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    closeSync(file);
    unlock();
  }

  return {
    known: places.size,
    damaged,
    close,
    [Symbol.dispose]: close,

    recall(job) {
      const place = places.get(job.id);
      if (place === undefined) return undefined;
      if (place.request === fingerprintOf(job.item.request)) return outcomeFrom(read(place).outcome, job);
      const message = `The journal ${path} knows another request by the id '${job.id}': it belongs to another input.`;
      throw new JournalError('other_input', `${message} Give this run a journal of its own.`);
    },

    record(outcome) {
      const { id, item } = outcome;
      append(lineOf({ id, request: fingerprintOf(item.request), outcome: outcomeToJson(outcome) }));
      return durability === 'power_loss' ? waitUntilSafe() : undefined;
    },
  };
}

function outcomeToJson(outcome: Outcome): object {
  const { id: _, item: __, index: ___, ...kept } = outcome;
  if (kept.type === 'ok') return { ...kept, reply: toJson(kept.reply) };
  return 'error' in kept ? { ...kept, error: kept.error.toJson() } : kept;
}

function outcomeFrom(json: object, job: Job): Outcome {
  const outcome = { ...json, ...job } as OkOutcome | FailedOutcome | TimedOutOutcome;
  if (outcome.type === 'ok') return { ...outcome, reply: responseFromJson(outcome.reply) };
  return { ...outcome, error: errorFromJson(outcome.error) };
}

function writeFailed(path: string, error: unknown): JournalError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const message = `The journal ${path} took no more (${code}): make room, and run the same command again.`;
  return new JournalError('write_failed', message, { cause: error });
}

/** One sync serves all that were written before it began. */
function createGroupSync(file: number, path: string) {
  let broken: Promise<never> | undefined;
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function sync(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    fdatasync(file, (error) => {
      if (error === null) return resolve();
      // The system forgets what it could not write: a later sync that goes well says nothing of it.
      broken ??= Promise.reject(writeFailed(path, error));
      broken.catch(reject);
    });
    return promise;
  }

  function begin(): Promise<void> {
    next = undefined;
    const current = broken ?? sync();
    const over = current.then(
      () => {},
      () => {},
    );
    underWay = over;
    over.then(() => {
      if (underWay === over) underWay = undefined;
    });
    return current;
  }

  return {
    /** Done when all that has been written until now is on the disk. */
    waitUntilSafe(): Promise<void> {
      if (broken !== undefined) return broken;
      if (underWay === undefined) return begin();
      next ??= underWay.then(begin);
      return next;
    },
  };
}
