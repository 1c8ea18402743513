// The playground: an emulated Bedrock, a server and a page. `--aws` uses the real one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { type ServerType, serve } from '@hono/node-server';
import { createApp } from './server/app.ts';
import { startBackend } from './server/backend.ts';
import { buildPage } from './server/page-files.ts';

const usualPort = 4173;

const values = readOptions();

const [backend, pageFiles] = await Promise.all([startBackend({ aws: values.aws }), buildPage()]);
const app = createApp(backend, pageFiles, values.data);
const { server, port } = await listen();
const url = `http://localhost:${port}`;
if (values.aws)
  console.log(styleText('red', 'This is the real Amazon Bedrock: every reply costs money on your account.'));
else console.log('Bedrock is emulated inside: no AWS account is used, and nothing leaves this machine.');
console.log(`The playground is at ${url} (Ctrl-C ends it).`);
if (!values['no-open']) openBrowser(url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);

async function close(): Promise<void> {
  await app.close();
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
  await backend[Symbol.asyncDispose]();
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        aws: { type: 'boolean', default: false },
        port: { type: 'string' },
        data: { type: 'string', default: join(import.meta.dirname, '..', '.data') },
        'no-open': { type: 'boolean', default: false },
      },
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new Error(`--port takes a number from 0 to 65535, and not '${values.port}'.`);
    }
    return { ...values, port };
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: npm run demo -- [--port N] [--data FOLDER] [--no-open] [--aws]`);
    process.exit(2);
  }
}

/** At the port that was asked for, else at the usual one, else at any that is free. */
async function listen(): Promise<{ server: ServerType; port: number }> {
  for (const port of values.port === undefined ? [usualPort, 0] : [values.port]) {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
    try {
      await once(server, 'listening');
      return { server, port: (server.address() as AddressInfo).port };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  console.error(`Port ${values.port} is taken: give another one with --port.`);
  process.exit(1);
}

/** Only where somebody sits before it. */
function openBrowser(url: string): void {
  const { platform, env, stdout } = process;
  const hasDesktop = platform === 'darwin' || platform === 'win32' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (!stdout.isTTY || !hasDesktop || env['CI'] || env['SSH_CONNECTION']) return;
  const [command, args] =
    platform === 'darwin' ? ['open', []] : platform === 'win32' ? ['cmd', ['/c', 'start', '']] : ['xdg-open', []];
  spawn(command as string, [...(args as string[]), url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
