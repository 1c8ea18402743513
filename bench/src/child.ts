import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, parse } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { run } from '../../scripts/run.ts';
import { root } from '../../scripts/workspace.ts';
import { type ClientName, clients } from './clients.ts';

const out = join(import.meta.dirname, '../node_modules/.cache/outcrop-bench');
const longestMs = 180_000;

/**
 * Builds our packages, and makes plain JavaScript of the children and the clients, so that compiling TypeScript is in
 * nobody's figures. What they import from packages they find in `node_modules`, as a user does: of ours, what was built.
 */
export async function buildChildren(): Promise<void> {
  run(import.meta.dirname, ['turbo', 'run', 'build', '--filter=@outcrop/bench^...']);
  const entryPoints = globSync(['child-*.ts', 'clients/*.ts'], { cwd: import.meta.dirname });
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints,
    outdir: out,
    outbase: import.meta.dirname,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node22',
  });
}

/** What a child sends before it ends. It has three minutes. */
export async function runChild<T>(name: string, args: readonly string[]): Promise<T> {
  const child = fork(join(out, `${parse(name).name}.js`), args, { silent: true, execArgv: [], timeout: longestMs });
  let sent: T | undefined;
  child.on('message', (message) => {
    sent = message as T;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  child.stdout?.resume();
  const [said, signal] = await Promise.all([child.stderr ? text(child.stderr) : '', ended]);
  if (sent !== undefined) return sent;
  // Results are published: no folder of this machine is to stand in them.
  const words = said.replaceAll(root, '.').trim();
  const reason = /^\w*(?:Error|Exception)\b.*/m.exec(words)?.[0] ?? words.split('\n').at(-1);
  throw new Error(
    signal ? `It was ended by ${signal} after ${longestMs / 1_000} s.` : reason || 'It ended without a word.',
  );
}

/** The file that a child imports to have a client. */
export function builtClient(name: ClientName): string {
  return join(out, 'clients', `${clients[name].file}.js`);
}
