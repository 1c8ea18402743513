import { readFileSync } from 'node:fs';
import { isBuiltin, SourceMap } from 'node:module';
import { relative, resolve } from 'node:path';
import { type BuildFailure, build, type Message, type Metafile } from 'esbuild';

// What Node has and a browser has not. Bundlers no longer bring substitutes. (`require` is no global but a name that
// bundlers know; the compiler refuses it in our sources.)
const nodeGlobals = ['process', 'Buffer', 'setImmediate', 'clearImmediate', 'global', '__dirname', '__filename'];

const marker = 'NODE_GLOBAL_';

/** What a web page gets of an entry, minified. */
export type BrowserBundle = {
  /** The files that are loaded with the entry. */
  atOnce: string[];
  /** The files that are loaded when the code asks for them, by `import()`. */
  onDemand: string[];
  /** Where it leans on Node. */
  problems: string[];
};

/**
 * Bundles an entry for a web page. `conditions` choose between the source (`@outcrop/source`) and the built artefact
 * (none).
 */
export async function bundleForBrowser(file: string, conditions: string[]): Promise<BrowserBundle> {
  try {
    const { outputFiles, metafile, warnings } = await build({
      entryPoints: [file],
      conditions,
      bundle: true,
      minify: true,
      format: 'esm',
      splitting: true,
      metafile: true,
      platform: 'browser',
      target: 'es2024',
      sourcemap: 'external',
      outdir: 'bundle',
      write: false,
      logLevel: 'silent',
      // Chunks of ours are imported bare where only their order would matter, which it does not.
      logOverride: { 'ignored-bare-import': 'silent' },
      // `define` replaces free names only: a local variable called `process` stays what it is.
      define: Object.fromEntries(
        nodeGlobals.flatMap((name) => [
          [name, marker + name],
          [`globalThis.${name}`, marker + name],
        ]),
      ),
      plugins: [refuseBuiltins],
    });
    const texts = new Map(outputFiles.map(({ path, text }) => [relative('', path).replaceAll('\\', '/'), text]));
    const codes = [...texts].filter(([path]) => !path.endsWith('.map'));
    const first = loadedAtOnce(metafile, relative('', file).replaceAll('\\', '/'));
    return {
      atOnce: codes.flatMap(([path, code]) => (first.has(path) ? [code] : [])),
      onDemand: codes.flatMap(([path, code]) => (first.has(path) ? [] : [code])),
      problems: [
        ...warnings.map(describe),
        ...new Set(codes.flatMap(([path, code]) => globalsIn(code, texts.get(`${path}.map`) ?? '{}'))),
      ],
    };
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error;
    return { atOnce: [], onDemand: [], problems: (error as BuildFailure).errors.map(describe) };
  }
}

function loadedAtOnce({ outputs }: Metafile, file: string): Set<string> {
  const reached = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === file));
  // A set hands out what is added while it is walked.
  for (const path of reached) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') reached.add(imported);
    }
  }
  return reached;
}

const refuseBuiltins = {
  name: 'refuse-builtins',
  setup({ onResolve }: import('esbuild').PluginBuild) {
    onResolve({ filter: /./ }, ({ path }) =>
      isBuiltin(path) ? { external: true, warnings: [{ text: `imports Node's '${path}'` }] } : undefined,
    );
  },
};

function describe({ location, text }: Message): string {
  return location === null ? text : `${relative('', location.file)}:${location.line}: ${text}`;
}

function globalsIn(code: string, map: string): string[] {
  const sources = new SourceMap(JSON.parse(map));
  return code.split('\n').flatMap((text, line) =>
    [...text.matchAll(new RegExp(`${marker}(\\w+)`, 'g'))].flatMap(({ index, 1: name = '' }) => {
      const origin = sources.findEntry(line, index);
      if (!('originalSource' in origin)) return [`uses Node's global '${name}'`];
      // Sources are relative to the folder the bundle would have been written to.
      const file = relative('', resolve('bundle', origin.originalSource));
      return isGuarded(file, name) ? [] : [`${file}:${origin.originalLine + 1}: uses Node's global '${name}'`];
    }),
  );
}

/** A dependency may look whether there is such a thing before it uses it. Our own code has no reason to. */
function isGuarded(file: string, name: string): boolean {
  return file.includes('node_modules') && readFileSync(file, 'utf8').includes(`typeof ${name}`);
}
