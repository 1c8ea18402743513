#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createEmulator } from './emulator.ts';

try {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' }, host: { type: 'string' } } });
  const { url } = await createEmulator({ port: portOf(values.port), host: values.host });
  console.log(`Amazon Bedrock is at ${url} (AWS_ENDPOINT_URL_BEDROCK_RUNTIME). Ctrl-C ends it.`);
} catch (error) {
  console.error(`outcrop-emulator: ${reasonOf(error as NodeJS.ErrnoException)}`);
  process.exit(2);
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 2 ** 16) return Number(text);
  throw new TypeError(`--port has to be a number from 0 to 65535, and it is '${text}'.`);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `the port is taken: ${message}. Choose another one with --port.`;
  return message.split('\n', 1)[0] ?? message;
}
