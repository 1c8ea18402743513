import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { JournalError } from './journal-error.ts';

/**
 * Takes the file for this process alone, and gives the way to let go of it. Every process puts down a file of its own
 * and then looks for others: of two that come together at least one sees the other, and a process that was killed is
 * known by its number. Of a process of another machine or container nobody here can tell whether it lives.
 */
export function lock(path: string): () => void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.lock-`;
  const ours = `${prefix}${process.pid}-${randomUUID()}`;
  const owner: Owner = { host: hostname(), world: worldOf(), started: startOf(process.pid) };
  writeFileSync(join(folder, ours), JSON.stringify(owner), { flag: 'wx' });
  const unlock = () => rmSync(join(folder, ours), { force: true });
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || name === ours) continue;
    const other = join(folder, name);
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    const refusal = refusalFor(pid, ownerIn(other), owner);
    if (refusal !== undefined) {
      unlock();
      throw new JournalError('locked', `The journal ${path} is in use by process ${pid}${refusal} ${other}.`);
    }
    rmSync(other, { force: true });
  }
  return unlock;
}

/** `world` is where the numbers of processes mean something: one start of one system, and one container there. */
type Owner = { host?: string | undefined; world?: string | undefined; started?: string | undefined };

/** Why the lock counts, and what to do, up to the name of its file; `undefined` if its process is gone. */
function refusalFor(pid: number, theirs: Owner, ours: Owner): string | undefined {
  if (theirs.host !== undefined && theirs.host !== ours.host) {
    return ` of ${theirs.host}: wait for it, or end it. If it is gone, delete`;
  }
  // The same machine or container, started anew: all that ran there before is gone.
  if (theirs.world !== undefined && theirs.world !== ours.world) return undefined;
  if (!isAlive(pid)) return undefined;
  // Another process may have got the number of one that was killed.
  if (theirs.started !== undefined && theirs.started !== (startOf(pid) ?? theirs.started)) return undefined;
  return ': wait for it, or end it. If it is none of yours, delete';
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user may not be asked, and so is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Who has put it down, as far as it has been written. */
function ownerIn(path: string): Owner {
  try {
    return Object(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}

function worldOf(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** When a process began, where the system tells: the 22nd field, behind a name that may hold anything. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20];
  } catch {
    return undefined;
  }
}
