import { writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { launchBrowser } from '../testing/browser/src/launch.ts';
import { readLayers } from './layers.ts';
import { run } from './run.ts';
import { published } from './tarballs.ts';

const vite = 'vite@8.3.8';

/**
 * Builds a page of all entries that run in a browser with Vite, from what is installed in the folder, and opens it:
 * Vite must have nothing to warn of, and the page must build a message and get an answer.
 */
export async function checkVitePage(folder: string): Promise<void> {
  run(folder, ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', vite]);
  const html = '<!doctype html><meta charset="utf-8"><title>…</title><script type="module" src="page.js"></script>';
  writeFileSync(join(folder, 'index.html'), html);
  writeFileSync(join(folder, 'page.js'), pageOf(browserEntries()));
  writeFileSync(join(folder, 'build-page.mjs'), buildPage);
  run(folder, ['node', 'build-page.mjs']);
  const title = await openPage(join(folder, 'dist'));
  if (title !== 'Granite. md') throw new Error(`The page says '${title}'.`);
}

/** The names of all entries that run in a browser. */
export function browserEntries(): string[] {
  const layers = readLayers();
  return published.flatMap(({ key, manifest }) =>
    Object.keys(layers.get(key)?.browser ?? {}).map((entry) => posix.join(manifest.name, entry)),
  );
}

function pageOf(entries: string[]): string {
  return `
    ${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
    import { textOf } from '@outcrop/converse';
    import { createScriptedConverse } from '@outcrop/converse/testing';
    import { LLMManager } from '@outcrop/manager';
    import { createUserMessage } from '@outcrop/message-builder';
    import { createCatalog } from '@outcrop/model-catalog';

    for (const entry of [${entries.map((_, index) => `entry${index}`)}]) {
      if (Object.keys(entry).length === 0) throw new Error('An entry exports nothing.');
    }
    const manager = new LLMManager({
      models: ['Nova Lite'],
      regions: ['us-east-1'],
      catalog: createCatalog(),
      connect: () => createScriptedConverse(['Granite.']),
    });
    const notes = new File(['# Banded rock'], 'notes.md');
    const message = await createUserMessage().addText('Which rock is this?').addFile(notes).build();
    document.title = textOf(await manager.converse({ messages: [message] })) + ' ' + message.content[1].document.format;
  `;
}

const buildPage = `
  import { build, createLogger } from 'vite';

  const warnings = [];
  const note = (message) => warnings.push(message);
  const customLogger = { ...createLogger('warn'), warn: note, warnOnce: note };
  // All there is on one page may be large.
  await build({ customLogger, build: { target: 'es2024', chunkSizeWarningLimit: 10_000 } });
  if (warnings.length > 0) throw new Error(warnings.join('\\n'));
`;

async function openPage(folder: string): Promise<string> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.route('http://page.test/**', (route) => {
      const { pathname } = new URL(route.request().url());
      return route.fulfill({ path: join(folder, pathname === '/' ? 'index.html' : pathname) });
    });
    await page.goto('http://page.test/');
    await page.waitForFunction("document.title !== '…'", undefined, { timeout: 10_000 }).catch(() => {});
    if (errors.length > 0) throw new Error(errors.join('\n'));
    return await page.title();
  } finally {
    await browser.close();
  }
}
