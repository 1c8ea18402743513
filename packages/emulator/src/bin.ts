#!/usr/bin/env node
import { openSync, writeSync } from 'node:fs';
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
  const log = logFile === undefined ? undefined : openLog(logFile);
  const emulator = await createEmulator({ ...options, log: log?.write });
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
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  console.log(greeting(emulator));
}

/**
 * What cannot be written is lost: a full disk is no reason to answer nobody any more. The file is never closed: calls
 * that the end of the process breaks off are written down too.
 */
function openLog(file: string) {
  const descriptor = opened(file);
  let isFailing = false;
  return {
    write(line: string): void {
      try {
        writeSync(descriptor, `${line}\n`);
        isFailing = false;
      } catch (error) {
        if (!isFailing) console.error(`outcrop-emulator: ${file} cannot be written: ${(error as Error).message}`);
        isFailing = true;
      }
    },
  };
}

function opened(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    throw new TypeError(`${file} cannot be written: ${(error as { code?: string }).code}.`);
  }
}

function greeting({ url }: Emulator): string {
  return [
    `Amazon Bedrock is at ${url} (Ctrl-C ends it)`,
    `AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url}`,
    `AWS_ENDPOINT_URL_BEDROCK=${url}`,
  ].join('\n');
}

function reasonOf(error: unknown): string {
  const { code, message, port, address, hostname } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
    hostname?: string;
  };
  if (code === 'EADDRINUSE') return `port ${port} of ${address} is taken: choose another one with --port.`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} is not for everybody: choose another one with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `there is no address ${address ?? hostname} here: look at --host.`;
  return message.split('\n', 1).join('');
}
