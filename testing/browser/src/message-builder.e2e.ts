import type { Message } from '@outcrop/converse';
import { messageFromJson } from '@outcrop/message-builder/json';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';
import { serve } from './serve.ts';

// A page as its developer would write it: drop files, see what is wrong with them, send the rest.
const pageCode = `
  import { createUserMessage, isMessageBuilderError } from '@outcrop/message-builder';
  import { toJson } from '@outcrop/message-builder/json';

  const show = (lines) => {
    document.querySelector('ul').replaceChildren(...lines.map((line) => Object.assign(document.createElement('li'), { textContent: line })));
  };

  async function send(builder) {
    try {
      const message = await builder.build();
      const response = await fetch('/chat', { method: 'POST', body: JSON.stringify(toJson(message)) });
      show([builder.toString(), ...builder.warnings.map(({ message }) => message), await response.text()]);
    } catch (error) {
      show(isMessageBuilderError(error) ? error.problems.map(({ path, message }) => path + ': ' + message) : [String(error)]);
    }
    document.title = 'done';
  }

  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    const builder = createUserMessage().addText('What do these show?');
    for (const file of event.dataTransfer.files) builder.addFile(file);
    send(builder);
  });

  globalThis.sendNamed = (file) => send(createUserMessage().addText('?').addImageBytes(file, { format: 'png' }));
  globalThis.sendCanvas = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
    canvas.getContext('2d').fillRect(5, 5, 20, 20);
    send(createUserMessage().addText('?').addDataUrl(canvas.toDataURL('image/png')));
  };
  globalThis.sendText = () => send(createUserMessage().addText('?'));
`;

const html = `<!doctype html><title>Drop files</title>
<style>body { font: 16px/1.5 sans-serif; margin: 2rem; max-width: 50rem } main { border: 2px dashed; border-radius: 1rem; padding: 3rem; text-align: center }</style>
<main>Drop files here</main><ul></ul><script type="module" src="/page.js"></script>`;

let browser: Browser;
/** The page's scripts by their paths, and which of them hold what is loaded on demand. */
let scripts: Map<string, string>;
let chunks: { detection: string[]; files: string[]; words: string[] };

beforeAll(async () => {
  [browser] = await Promise.all([launchBrowser(), bundle()]);
});
afterAll(() => browser.close());

/** Bundles the page with the built packages, split as an application's bundler would do it. */
async function bundle(): Promise<void> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: pageCode, resolveDir: import.meta.dirname, loader: 'js', sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    outdir: '/',
    entryNames: 'page',
    write: false,
    metafile: true,
    logLevel: 'error',
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  scripts = new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[/\\]/, '/'), text]));
  const holding = (part: string) =>
    Object.entries(metafile.outputs)
      .filter(([, { inputs }]) =>
        Object.entries(inputs).some(([file, { bytesInOutput }]) => file.includes(part) && bytesInOutput > 0),
      )
      .map(([output]) => output.replace(/^.*[/\\]/, '/'));
  chunks = {
    detection: holding('file-detect/'),
    files: holding('message-builder/dist/read-file'),
    words: holding('message-builder/dist/words'),
  };
}

type Visit = { page: Page; received: () => Promise<Message>; requested: string[] };

/** Opens the page on a server that reads what it sends, and keeps a log of what it loads. */
async function visit(use: (visit: Visit) => Promise<void>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  await using server = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/chat') {
      await request.text().then(messageFromJson).then(resolve, reject);
      return new Response('Sent.');
    }
    const type = pathname === '/' ? 'text/html' : 'text/javascript';
    return new Response(pathname === '/' ? html : scripts.get(pathname), { headers: { 'content-type': type } });
  });
  const page = await browser.newPage();
  const requested: string[] = [];
  page.on('request', (request) => requested.push(new URL(request.url()).pathname));
  await page.goto(server.url);
  await use({ page, received: () => promise, requested });
  await page.close();
}

type DroppedFile = { name: string; type?: string; bytes: Uint8Array };

/** Drops files on the page, as a hand would. */
async function drop(page: Page, files: DroppedFile[]): Promise<void> {
  const plain = files.map(({ name, type = '', bytes }) => ({ name, type, bytes: [...bytes] }));
  const dataTransfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, type, bytes } of files) transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    return transfer;
  }, plain);
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

const shown = async (page: Page) => {
  await page.waitForFunction(() => document.title === 'done');
  return page.locator('li').allTextContents();
};

const text = (value: string) => new TextEncoder().encode(value);
const png = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
);
const pdf = text('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n');
const everyByte = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);

test('files that are dropped reach the server byte for byte', async () => {
  await visit(async ({ page, received, requested }) => {
    await drop(page, [
      { name: 'chart.png', type: 'image/png', bytes: png },
      { name: 'Résumé_2026.pdf', bytes: pdf },
      { name: 'sales.csv', bytes: text('month,sales\nMay,7\n') },
      {
        name: 'clip.webm',
        type: 'video/webm',
        bytes: Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84, ...text('webm'), ...everyByte),
      },
    ]);
    expect(await received()).toEqual({
      role: 'user',
      content: [
        { text: 'What do these show?' },
        { image: { format: 'png', source: { bytes: png } } },
        { document: { format: 'pdf', name: 'Resume-2026', source: { bytes: pdf } } },
        { document: { format: 'csv', name: 'sales', source: { bytes: text('month,sales\nMay,7\n') } } },
        {
          video: {
            format: 'webm',
            source: {
              bytes: Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84, ...text('webm'), ...everyByte),
            },
          },
        },
      ],
    });
    expect((await shown(page)).at(-1)).toBe('Sent.');
    expect(requested).toEqual(expect.arrayContaining(chunks.detection));
  });
});

test('a page that names its formats never loads the detection', async () => {
  await visit(async ({ page, received, requested }) => {
    await page.evaluate(`sendNamed(new File([new Uint8Array([${everyByte.subarray(0, 1_000)}])], 'a.png'))`);
    const { content } = await received();
    expect(content[1]).toEqual({ image: { format: 'png', source: { bytes: everyByte.subarray(0, 1_000) } } });
    await shown(page);
    expect(chunks.detection.length).toBeGreaterThan(0);
    expect(requested.filter((path) => chunks.detection.includes(path))).toEqual([]);
    expect(requested).toEqual(expect.arrayContaining(chunks.files));
  });
});

test('what a canvas draws is sent without the detection', async () => {
  await visit(async ({ page, received, requested }) => {
    await page.evaluate('sendCanvas()');
    const { content } = await received();
    const bytes = content[1]?.image?.source.bytes ?? new Uint8Array();
    expect([content[1]?.image?.format, String.fromCharCode(...bytes.subarray(1, 4))]).toEqual(['png', 'PNG']);
    await shown(page);
    expect(requested.filter((path) => chunks.detection.includes(path))).toEqual([]);
  });
});

test('a page that sends text loads nothing more', async () => {
  await visit(async ({ page, received, requested }) => {
    const before = requested.length;
    await page.evaluate('sendText()');
    expect(await received()).toEqual({ role: 'user', content: [{ text: '?' }] });
    await shown(page);
    expect(requested.slice(before)).toEqual(['/chat']);
  });
});

const wrong = [
  { name: 'empty.png', bytes: new Uint8Array() },
  { name: 'scan.tiff', bytes: Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
];

test('all that is wrong with the files is shown at once', async () => {
  await visit(async ({ page }) => {
    await drop(page, wrong);
    expect(await shown(page)).toEqual([
      "content[1]: 'empty.png' is empty (0 bytes): find out why, or leave it out.",
      "content[2]: 'scan.tiff': TIFF is not a format that Bedrock takes: convert it to png.",
    ]);
  });
});

test('a page that lost its server still says what is wrong, if briefly', async () => {
  await visit(async ({ page }) => {
    await page.route(`**${chunks.words[0]}`, (route) => route.abort());
    await drop(page, wrong.slice(0, 1));
    expect(await shown(page)).toEqual([expect.stringContaining('"code":"empty_file"')]);
  });
});
