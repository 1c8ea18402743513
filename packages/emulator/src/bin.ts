#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createEmulator } from './emulator.ts';

try {
  const { port, host } = readArguments();
  const emulator = await createEmulator({ port, host });
  process.once('SIGINT', emulator.close);
  process.once('SIGTERM', emulator.close);
  console.log(`Amazon Bedrock is at ${emulator.url} (Ctrl-C ends it)`);
  console.log(`AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${emulator.url}`);
} catch (error) {
  console.error(`outcrop-emulator: ${reasonOf(error)}`);
  process.exit(2);
}

function readArguments(): { port: number; host: string } {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4010' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (port < 2 ** 16) return { port, host: values.host };
  throw new TypeError(`--port has to be a number from 0 to 65535, and it is '${values.port}'.`);
}

function reasonOf(error: unknown): string {
  const { code, message, port, address } = error as Error & { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') return `port ${port} of ${address} is taken: choose another one with --port.`;
  return message.split('\n', 1).join('');
}
