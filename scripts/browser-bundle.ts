import { isBuiltin, SourceMap } from 'node:module';
import { relative, resolve } from 'node:path';
import { type BuildFailure, build, type Message } from 'esbuild';

// What Node has and a browser has not. Bundlers no longer bring substitutes.
const nodeGlobals = [
  'process',
  'Buffer',
  'setImmediate',
  'clearImmediate',
  'require',
  'global',
  '__dirname',
  '__filename',
];

const marker = 'NODE_GLOBAL_';

/**
 * Bundles an entry as a web page would get it, minified, and says where it leans on Node. `conditions` choose between
 * the source (`@outcrop/source`) and the built artefact (none).
 */
export async function bundleForBrowser(
  file: string,
  conditions: string[],
): Promise<{ code: string; problems: string[] }> {
  try {
    const { outputFiles, warnings } = await build({
      entryPoints: [file],
      conditions,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2024',
      sourcemap: 'external',
      outdir: 'bundle',
      write: false,
      logLevel: 'silent',
      // `define` replaces free names only: a local variable called `process` stays what it is.
      define: Object.fromEntries(
        nodeGlobals.flatMap((name) => [
          [name, marker + name],
          [`globalThis.${name}`, marker + name],
        ]),
      ),
      plugins: [refuseBuiltins],
    });
    const [map = '', code = ''] = outputFiles.map(({ text }) => text);
    return { code, problems: [...warnings.map(describe), ...globalsIn(code, map)] };
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error;
    return { code: '', problems: (error as BuildFailure).errors.map(describe) };
  }
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
  const problems = code.split('\n').flatMap((text, line) =>
    [...text.matchAll(new RegExp(`${marker}(\\w+)`, 'g'))].map(({ index, 1: name }) => {
      const origin = sources.findEntry(line, index);
      if (!('originalSource' in origin)) return `uses Node's global '${name}'`;
      // Sources are relative to the folder the bundle would have been written to.
      return `${relative('', resolve('bundle', origin.originalSource))}:${origin.originalLine + 1}: uses Node's global '${name}'`;
    }),
  );
  return [...new Set(problems)];
}
