import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where lists are kept: `outcrop` in the user's cache folder, as the XDG Base Directory Specification has it. */
export function cacheFolder(env: Record<string, string | undefined> = process.env): string {
  const { XDG_CACHE_HOME = '', LOCALAPPDATA = '' } = env;
  // The specification wants a relative path to be ignored.
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'outcrop');
  if (process.platform === 'win32' && LOCALAPPDATA !== '') return join(LOCALAPPDATA, 'outcrop', 'cache');
  return join(homedir(), '.cache', 'outcrop');
}
