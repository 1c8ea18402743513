import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { builtClient } from './child.ts';
import { base, type ClientName } from './clients.ts';
import { compare, type Measured } from './figure.ts';

const whole = 'bundle';
const atStart = 'bundle, loaded at start';

/** What a program for Node weighs that makes this client, calls and streams: bundled, minified and compressed by brotli. */
export function bundles(clients: readonly ClientName[]): Promise<Measured> {
  return compare({ clients, rounds: 1, units: { [whole]: 'kB', [atStart]: 'kB' }, base, take: sizes });
}

async function sizes(client: string): Promise<Record<string, number>> {
  const { outputFiles, metafile } = await build({
    entryPoints: [builtClient(client as ClientName)],
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'silent',
  });
  const outputs = Object.entries(metafile.outputs);
  const kb = (paths: string[]) => {
    const files = outputFiles.filter(({ path }) => paths.some((output) => path.endsWith(output)));
    return files.reduce((sum, { contents }) => sum + brotliCompressSync(contents).length / 1_000, 0);
  };
  const first = outputs.filter(([, { entryPoint }]) => entryPoint?.includes('/clients/')).map(([path]) => path);
  for (const path of first) {
    const imports = metafile.outputs[path]?.imports ?? [];
    const more = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
    first.push(...more.map((each) => each.path).filter((each) => !first.includes(each)));
  }
  return { [whole]: kb(outputs.map(([path]) => path)), [atStart]: kb([...new Set(first)]) };
}
