import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createEmulator, type Emulator, type EmulatorOptions } from '@outcrop/emulator';
import { afterAll, onTestFinished } from 'vitest';

/** What a process left behind. */
export type Ended = { code: number | string | null; stdout: string; stderr: string };

/** How it is run. */
export type RunAs = {
  cwd?: string;
  env?: Record<string, string>;
  /** What is piped in, to its end; or a pipe that stays open. */
  stdin?: string | { open: true };
};

export const program = [
  process.execPath,
  '--conditions=@outcrop/source',
  join(import.meta.dirname, '../src/bin.ts'),
] as const;

const empty = mkdtempSync(join(tmpdir(), 'outcrop-nobody-'));
afterAll(() => rmSync(empty, { recursive: true }));

/** Nothing of whoever runs the tests: no region, no credentials, no configuration. */
export function cleanEnv(env: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: empty, AWS_EC2_METADATA_DISABLED: 'true', ...env };
}

/** Runs `outcrop` to its end. */
export async function outcrop(args: readonly string[], as: RunAs = {}): Promise<Ended> {
  return ended(start(args, as));
}

/** Starts `outcrop`, and leaves it running. */
export function start(args: readonly string[], { cwd = empty, env, stdin }: RunAs = {}): ChildProcess {
  const [command, ...rest] = program;
  const stdio = [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
  const child: ChildProcess = spawn(command, [...rest, ...args], { cwd, env: cleanEnv(env), stdio: [...stdio] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (typeof stdin === 'string') child.stdin?.end(stdin);
  return child;
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('There are pipes.');
  const [out, err, [code, signal]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { code: signal ?? code, stdout: out, stderr: err };
}

/** A folder with these files in it, for one test. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Bedrock for one test, and the environment of who is to call it. */
export async function bedrock(
  options: EmulatorOptions = {},
): Promise<{ emulator: Emulator; env: Record<string, string> }> {
  const emulator = await createEmulator(options);
  onTestFinished(emulator.close);
  return { emulator, env: { OUTCROP_TARGET: emulator.url } };
}
