import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { eventsOf } from '@outcrop/converse/testing';
import { createEmulator } from '@outcrop/emulator';
import { build } from 'esbuild';
import { builtClient, runChild } from './child.ts';
import { base, type ClientName } from './clients.ts';
import { compare, type Measured } from './figure.ts';

const loaded = 'bundle, loaded by a call and a stream';
const whole = 'bundle, all of it';

/** What a program for Node weighs that makes this client, calls and streams: bundled, minified and compressed by brotli. */
export async function bundles(clients: readonly ClientName[]): Promise<Measured> {
  await using emulator = await createEmulator();
  emulator.when({ operation: 'ConverseStream' }).always(eventsOf('Granite.'));
  emulator.when({ operation: 'Converse' }).always('Granite.');
  return await compare({
    clients,
    rounds: 1,
    units: { [loaded]: 'kB', [whole]: 'kB' },
    base,
    take: async (client) => {
      const entry = builtClient(client as ClientName);
      const sizes = await bundle(entry);
      const needed = await runChild<string[]>('child-bundle', [join(outdirOf(entry), basename(entry)), emulator.url]);
      const sum = (files: Iterable<string>) => [...files].reduce((kb, file) => kb + (sizes.get(file) ?? 0) / 1_000, 0);
      return { [loaded]: sum(needed), [whole]: sum(sizes.keys()) };
    },
  });
}

/** Writes the chunks, and gives the compressed size of each. */
async function bundle(entry: string): Promise<Map<string, number>> {
  const outdir = outdirOf(entry);
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir,
    write: false,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // As AWS advises: smaller, and esbuild splits no CommonJS in a way that keeps its names.
    mainFields: ['module', 'main'],
    // What is CommonJS among what they import asks for Node's modules by it.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  await mkdir(outdir, { recursive: true });
  const sizes = outputFiles.map(async ({ path, contents }) => {
    await writeFile(path, contents);
    return [path, (await promisify(brotliCompress)(contents)).length] as const;
  });
  return new Map(await Promise.all(sizes));
}

function outdirOf(entry: string): string {
  return join(dirname(entry), '../bundles', basename(entry, '.js'));
}
