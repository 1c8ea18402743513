import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/**
 * A headless Chromium: the one that `CHROME_PATH` names, else one that is installed, else the one that came with the
 * install. The last is for Linux on x64, and brings the shared libraries that a bare machine lacks.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'] || installedBrowser();
  if (executablePath) return chromium.launch({ executablePath, args: quiet });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chrome or Chromium was found: install one, or name it in CHROME_PATH.');
  }
  return launchBundled();
}

// It should not call home, and containers forbid the sandbox to root.
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

function installedBrowser(): string | undefined {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function launchBundled(): Promise<Browser> {
  const folder = await unpack();
  const executablePath = join(folder, 'chromium');
  const libraries = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
  const env = { ...process.env, FONTCONFIG_FILE: await describeFonts(folder) } as Record<string, string>;
  try {
    return await chromium.launch({ executablePath, args: quiet, env });
  } catch (error) {
    if (!/error while loading shared libraries/.test(String(error))) throw error;
  }
  return chromium.launch({ executablePath, args: quiet, env: { ...env, LD_LIBRARY_PATH: libraries } });
}

// The list that comes with the fonts has the folders of AWS Lambda. Without a font Chromium crashes at a text field.
async function describeFonts(folder: string): Promise<string> {
  const file = join(folder, 'fonts.conf');
  const folders = `<dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir>`;
  await writeFile(file, `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>`);
  return file;
}

/** Where the bundled browser lies unpacked. Unpacking takes seconds, so it is done once an install. */
async function unpack(): Promise<string> {
  const parent = join(import.meta.dirname, '..', 'node_modules', '.cache');
  const folder = join(parent, 'chromium');
  if (existsSync(folder)) return folder;
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, 'unpacking-'));
  // The package unpacks to the temporary folder of the system, and has no other way to say where.
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = unfinished;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    const source = join(import.meta.dirname, '..', 'node_modules', '@sparticuz', 'chromium', 'bin');
    const parts = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
    await Promise.all(parts.map((part) => inflate(join(source, part))));
    await rename(unfinished, folder);
  } catch (error) {
    // Another process may have been quicker.
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
  return folder;
}
