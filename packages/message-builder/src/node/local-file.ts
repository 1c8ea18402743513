import { constants, open as openFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileSource, FileTrouble } from '../media/source.ts';

/** A file on this machine: looked at, and read once, when the message is built. */
export function localFile(file: string | URL): FileSource {
  const path = pathOf(file);
  const trouble = (cause: unknown) => troubleOf(cause, resolve(path));
  const open: FileSource['open'] = async () => {
    try {
      const found = await stat(path);
      if (!found.isFile()) return { code: 'not_a_file', detail: resolve(path) };
      return { sizeBytes: found.size, read: () => read(found.size).catch(trouble) };
    } catch (cause) {
      return trouble(cause);
    }
  };
  // What the path stands for may have changed since it was looked at: a pipe would block, and a file may have grown.
  const read = async (sizeBytes: number): Promise<Uint8Array | FileTrouble> => {
    const handle = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) return { code: 'not_a_file', detail: resolve(path) };
      if (found.size > sizeBytes) return { code: 'unreadable_file', detail: 'it grew while it was looked at' };
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  };
  return { filename: basename(path), open };
}

function pathOf(file: string | URL): string {
  if (file instanceof URL) return fileURLToPath(file);
  if (typeof file === 'string' && file !== '') return file;
  throw new TypeError(`A local file is named by its path or a file: URL, not by ${file === '' ? "''" : typeof file}.`);
}

function troubleOf(cause: unknown, path: string): FileTrouble {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'missing_file', detail: path, cause };
  if (code === 'EACCES' || code === 'EPERM') return { code: 'no_permission', detail: path, cause };
  return { code: 'unreadable_file', cause };
}
