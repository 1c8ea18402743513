import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScriptedConverse } from '@outcrop/converse/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Outcome, runAll } from '../index.ts';
import { requestsOf } from '../subject.ts';
import { isJournalError, openJournal } from './index.ts';

/** What the disk does to whoever writes: how much it takes, in which pieces, and which of its operations fail. */
type Disk = { room: number; pieceLength: number; failsToTruncate: boolean; failingSync: number };

const healthy: Disk = {
  room: Number.POSITIVE_INFINITY,
  pieceLength: Number.POSITIVE_INFINITY,
  failsToTruncate: false,
  failingSync: Number.POSITIVE_INFINITY,
};
let disk = healthy;

const failure = (code: string) => Object.assign(new Error(`${code}: the disk says no`), { code });

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    writeSync(file: number, bytes: Buffer, from = 0): number {
      const length = Math.min(bytes.length - from, disk.pieceLength, disk.room);
      if (length === 0) throw failure('ENOSPC');
      disk.room -= length;
      return real.writeSync(file, bytes, from, length);
    },
    ftruncateSync(file: number, length: number): void {
      if (disk.failsToTruncate) throw failure('EIO');
      real.ftruncateSync(file, length);
    },
    fdatasync(file: number, done: (error: Error | null) => void): void {
      if (disk.failingSync-- === 0) setImmediate(done, failure('EIO'));
      else real.fdatasync(file, done);
    },
  };
});

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-disk-'));
  path = join(folder, 'answers.journal');
});

afterEach(() => {
  disk = healthy;
  rmSync(folder, { recursive: true });
});

const count = 20;

async function run(durability: 'process_death' | 'power_loss') {
  const model = createScriptedConverse(() => 'Granite.');
  const told: Outcome[] = [];
  let error: unknown;
  try {
    using journal = openJournal(path, { durability });
    for await (const outcome of runAll(model, requestsOf(count), { journal, maxConcurrency: 4 })) told.push(outcome);
  } catch (caught) {
    error = caught;
  }
  const ids = told.filter(({ type }) => type === 'ok').map(({ id }) => id);
  return { ids, restored: told.filter(({ restored }) => restored).length, error, calls: model.calls.length };
}

test('whatever the disk does, what was told is known to the next run, and a failure is said in one line', async () => {
  const anyDisk = fc.record({
    room: fc.oneof(fc.nat(8_000), fc.constant(Number.POSITIVE_INFINITY)),
    pieceLength: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(Number.POSITIVE_INFINITY)),
    failsToTruncate: fc.boolean(),
    failingSync: fc.oneof(fc.nat(8), fc.constant(Number.POSITIVE_INFINITY)),
  });
  await fc.assert(
    fc.asyncProperty(anyDisk, fc.constantFrom('process_death', 'power_loss'), async (broken, durability) => {
      rmSync(path, { force: true });
      disk = { ...broken };
      const first = await run(durability);
      disk = { ...healthy };
      if (first.error !== undefined) {
        expect(isJournalError(first.error) && first.error.code).toBe('write_failed');
        expect(String(first.error)).toMatch(/(took no more|cannot be opened) \((ENOSPC|EIO)\): .*\.$/);
      }
      const second = await run(durability);
      expect(second.error).toBeUndefined();
      expect(second.ids.toSorted()).toEqual(
        requestsOf(count)
          .map((_, index) => `request_${index + 1}`)
          .toSorted(),
      );
      expect(second.restored).toBeGreaterThanOrEqual(first.ids.length);
      expect(second.calls).toBe(count - second.restored);
    }),
  );
});

test('a disk that could not keep something once is not believed again', async () => {
  disk = { ...healthy, failingSync: 2 };
  const { ids, error } = await run('power_loss');
  expect(isJournalError(error) && error.code).toBe('write_failed');
  expect(ids.length).toBeLessThan(count);
  const after = openJournal(path);
  expect(after.known).toBeGreaterThanOrEqual(ids.length);
  after.close();
});
