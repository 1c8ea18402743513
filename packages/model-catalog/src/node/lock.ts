import { open, rm, stat } from 'node:fs/promises';

/** `taken`: ours until `release`. `held`: another process has it. `impossible`: there is no disk to have it on. */
export type Lock = { state: 'taken'; release(): Promise<void> } | { state: 'held' } | { state: 'impossible' };

/** Takes the lock file, or says why not. One that is older than `staleMs` belongs to a process that died or hangs. */
export async function takeLock(file: string, staleMs: number, wallNow: () => number): Promise<Lock> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await create(file, wallNow() / 1000);
      return { state: 'taken', release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return { state: 'impossible' };
      const age = await ageOf(file, wallNow);
      // Released since: what may stand there now is somebody else's, and not to be removed.
      if (age === undefined) continue;
      // One of the future comes from a clock that was wrong.
      if (Math.abs(age) < staleMs) return { state: 'held' };
      await rm(file, { force: true }).catch(() => undefined);
    }
  }
  return { state: 'held' };
}

async function create(file: string, atSeconds: number): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    // The file system's clock may be another machine's.
    await handle.utimes(atSeconds, atSeconds);
  } finally {
    await handle.close();
  }
}

async function ageOf(file: string, wallNow: () => number): Promise<number | undefined> {
  try {
    return wallNow() - (await stat(file)).mtimeMs;
  } catch {
    return undefined;
  }
}
