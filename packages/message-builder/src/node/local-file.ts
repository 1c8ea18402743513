import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileSource, FileTrouble } from '../media/source.ts';

/** A file on this machine: looked at, and read once, when the message is built. */
export function localFile(file: string | URL): FileSource {
  const path = pathOf(file);
  const trouble = (cause: unknown) => troubleOf(cause, path);
  const open: FileSource['open'] = async () => {
    try {
      const found = await stat(path);
      if (found.isFile()) return { sizeBytes: found.size, read: () => readFile(path).catch(trouble) };
      const what = found.isDirectory() ? 'a directory: name a file in it' : 'no ordinary file: copy its content to one';
      return { code: 'not_a_file', message: `'${path}' is ${what}.` };
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
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const message = `There is no file '${path}', seen from ${process.cwd()}: look at its spelling.`;
    return { code: 'missing_file', message, cause };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      code: 'no_permission',
      message: `'${path}' may not be read by this process: change its permissions.`,
      cause,
    };
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { code: 'unreadable_file', message: `'${path}' could not be opened: ${reason}.`, cause };
}
