import { hash } from 'node:crypto';
import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { type ConverseRequest, errorFromJson } from '@outcrop/converse';
import { responseFromJson, toJson } from '@outcrop/converse/json';
import type { Job } from '../item.ts';
import type { Journal } from '../options.ts';
import type { FailedOutcome, OkOutcome, Outcome, TimedOutOutcome } from '../outcome.ts';
import { JournalError } from './journal-error.ts';
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
 *   return runAll(model, requests, { journal }).result;
 * }
 * ```
 */
export function openJournal(path: string, options: JournalOptions = {}): FileJournal {
  const { durability = 'process_death', retryFailed = false } = options;
  const unlock = lock(path);
  let file: number | undefined;
  try {
    file = openSync(path, 'a+');
    return createJournal(path, file, { durability, retryFailed }, unlock);
  } catch (error) {
    if (file !== undefined) closeSync(file);
    unlock();
    throw error;
  }
}

const header = { outcrop: 'journal', version: 1 };

/** Where the outcome of a request stands in the file, and which request it was. */
type Place = { offset: number; length: number; request: string };

type Entry = { id: string; request: string; outcome: object };

function createJournal(
  path: string,
  file: number,
  { durability, retryFailed }: { durability: string; retryFailed: boolean },
  unlock: () => void,
): FileJournal {
  const places = new Map<string, Place>();
  const requests = new WeakMap<ConverseRequest, string>();
  const { waitUntilSafe } = createGroupSync(file);
  let damaged = 0;
  let end = 0;
  let isOpen = true;

  readAll();

  function readAll(): void {
    let isFirst = true;
    for (const { json, offset, length } of readLines(file)) {
      end = offset + length;
      if (isFirst) checkHeader(json);
      else if (json === undefined) damaged++;
      else remember(JSON.parse(json) as Entry, { offset, length });
      isFirst = false;
    }
    const { size } = fstatSync(file);
    if (isFirst && !isBegunHeader(size)) checkHeader(undefined);
    // What stands behind the last line is one that was being written when the process ended.
    if (size > end) {
      if (!isFirst) damaged++;
      ftruncateSync(file, end);
    }
    if (isFirst) append(lineOf(header));
  }

  function isBegunHeader(size: number): boolean {
    const line = lineOf(header);
    const begun = Buffer.alloc(Math.min(size, line.length));
    readSync(file, begun, 0, begun.length, 0);
    return size < line.length && begun.equals(line.subarray(0, size));
  }

  function checkHeader(json: string | undefined): void {
    if (json === JSON.stringify(header)) return;
    throw new JournalError('no_journal', `${path} is no journal of this version: give the run another file.`);
  }

  function remember({ id, request, outcome }: Entry, place: Omit<Place, 'request'>): void {
    if (retryFailed && (outcome as Outcome).type !== 'ok') places.delete(id);
    else places.set(id, { ...place, request });
  }

  function append(line: Buffer): void {
    if (!isOpen) throw new JournalError('write_failed', `The journal ${path} is closed.`);
    try {
      for (let written = 0; written < line.length; ) written += writeSync(file, line, written);
      end += line.length;
    } catch (error) {
      ftruncateSync(file, end);
      const { code = '' } = error as NodeJS.ErrnoException;
      const message = `The journal ${path} took no more (${code}): make room, and run the same command again.`;
      throw new JournalError('write_failed', message, { cause: error });
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

/** One sync serves all that were written before it began. */
function createGroupSync(file: number) {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function sync(): Promise<void> {
    return new Promise((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve())));
  }

  function begin(): Promise<void> {
    next = undefined;
    const current = sync();
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
      if (underWay === undefined) return begin();
      next ??= underWay.then(begin);
      return next;
    },
  };
}
