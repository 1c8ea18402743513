#!/usr/bin/env node
import { closeSync, openSync, writeSync } from 'node:fs';
import { help, type Invocation, readInvocation, version } from './config/arguments.ts';
import { createEmulator, type Emulator } from './emulator.ts';

try {
  const invocation = readInvocation(process.argv.slice(2));
  if (invocation === 'help') console.log(help);
  else if (invocation === 'version') console.log(version());
  else await start(invocation);
} catch (error) {
  console.error(`outcrop-emulator: ${reasonOf(error)}`);
  process.exit(2);
}

async function start({ options, rules, outages, logFile }: Invocation): Promise<void> {
  const log = logFile === undefined ? undefined : openSync(logFile, 'a');
  const write = log === undefined ? undefined : (line: string) => void writeSync(log, `${line}\n`);
  const emulator = await createEmulator({ ...options, log: write });
  for (const { when, answers, isForever } of rules) {
    const said = emulator.when(when);
    if (isForever) for (const answer of answers) said.always(answer);
    else said.reply(...answers);
  }
  for (const { ms, exception, ...match } of outages) emulator.outage(match, { ms, exception });

  let isClosing = false;
  const close = async () => {
    if (isClosing) return;
    isClosing = true;
    await emulator.close();
    if (log !== undefined) closeSync(log);
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  console.log(greeting(emulator));
}

function greeting({ url }: Emulator): string {
  return [
    `Amazon Bedrock is at ${url} (Ctrl-C ends it)`,
    `AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url}`,
    `AWS_ENDPOINT_URL_BEDROCK=${url}`,
  ].join('\n');
}

function reasonOf(error: unknown): string {
  const { code, message, port, address } = error as Error & { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') return `port ${port} of ${address} is taken: choose another one with --port.`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} is not for everybody: choose another one with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `there is no address ${address ?? ''} here: look at --host.`;
  return message.split('\n', 1).join('');
}
