import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { build } from 'esbuild';

/** A web handler on a port of this machine. */
export type Server = { url: string } & AsyncDisposable;

/** Serves a web handler over HTTP until it is disposed of. */
export async function serve(handler: (request: Request) => Response | Promise<Response>): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const leaving = new AbortController();
    outgoing.on('close', () => leaving.abort());
    const { method = 'GET', url = '/' } = incoming;
    const request = new Request(new URL(url, 'http://localhost'), {
      method,
      body: method === 'GET' ? null : (Readable.toWeb(incoming) as BodyInit),
      duplex: 'half',
      signal: leaving.signal,
    } as RequestInit);
    const { status, headers, body } = await handler(request);
    outgoing.writeHead(status, Object.fromEntries(headers));
    outgoing.flushHeaders();
    // A reader that leaves early is no failure of the server's.
    if (body) await pipeline(Readable.fromWeb(body as ReadableStream), outgoing).catch(() => {});
    else outgoing.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The code of a page, bundled with the built packages as an application's bundler would do it. */
export async function bundlePage(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  return outputFiles[0]?.text ?? '';
}
