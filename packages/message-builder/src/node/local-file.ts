import { readFile, stat } from 'node:fs/promises';
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
      return { sizeBytes: found.size, read: () => readFile(path).catch(trouble) };
    } catch (cause) {
      return trouble(cause);
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
