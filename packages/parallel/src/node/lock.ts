import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { JournalError } from './journal-error.ts';

/**
 * Takes the file for this process alone, and gives the way to let go of it. Every process puts down a file of its own
 * and then looks for others: of two that come together at least one sees the other, and a process that was killed is
 * known by its number.
 */
export function lock(path: string): () => void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.lock-`;
  const ours = `${prefix}${process.pid}-${randomUUID()}`;
  writeFileSync(join(folder, ours), startOf(process.pid) ?? '', { flag: 'wx' });
  const unlock = () => rmSync(join(folder, ours), { force: true });
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || name === ours) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (isAlive(pid, join(folder, name))) {
      unlock();
      throw new JournalError('locked', `The journal ${path} is in use by process ${pid}: wait for it, or end it.`);
    }
    rmSync(join(folder, name), { force: true });
  }
  return unlock;
}

function isAlive(pid: number, path: string): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // One of another user may not be asked, and so is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // Another process may have got the number of one that was killed.
  const started = readOr(path, '');
  return started === '' || (startOf(pid) ?? started) === started;
}

/** When a process began, where the system tells: the 22nd field, behind a name that may hold anything. */
function startOf(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`, undefined);
  return stat?.slice(stat.lastIndexOf(')')).split(' ')[20];
}

function readOr<T>(path: string, otherwise: T): string | T {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
