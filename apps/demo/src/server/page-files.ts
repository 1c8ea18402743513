import { join } from 'node:path';
import { build, type Rolldown } from 'vite';

/** The files of the page, by their paths. They are in memory, so no path of a request is ever looked up on a disk. */
export type PageFiles = { get(path: string): Response | undefined };

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Bundles the page, from the packages' sources. It takes about a second. */
export async function buildPage(): Promise<PageFiles> {
  const { output } = (await build({
    root: join(import.meta.dirname, '..', 'page'),
    configFile: false,
    envFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@outcrop/source', 'browser', 'module', 'import', 'default'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { write: false, target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2_000 },
  })) as Rolldown.RolldownOutput;
  const files = new Map<string, string | Uint8Array>(
    output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
  return {
    get(path) {
      const name = path === '/' ? '/index.html' : path;
      const content = files.get(name);
      if (content === undefined) return undefined;
      const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      // What is not the page itself has a hash of its content in its name.
      const caching = name === '/index.html' ? 'no-store' : 'public, max-age=31536000, immutable';
      return new Response(content as BodyInit, { headers: { 'content-type': type, 'cache-control': caching } });
    },
  };
}
