import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// A package's entries stand once, in its `exports`: every source condition is a file to build. So is what its commands
// run, which are named under `publishConfig`: pnpm would link them at each install, before they are built.
const { exports, publishConfig } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
type Manifest = { exports: Record<string, unknown>; publishConfig?: { bin?: Record<string, string> } };
const commands = Object.values(publishConfig?.bin ?? {}).map((file) =>
  file.replace('dist', 'src').replace('.js', '.ts'),
);
const sources = Object.values(exports).flatMap((target) =>
  typeof target === 'object' && target !== null && '@outcrop/source' in target
    ? [String(target['@outcrop/source'])]
    : [],
);
const entry = [...sources, ...commands];

// The compiler writes the declarations: `tsc -p tsconfig.build.json`.
export default defineConfig({
  entry,
  format: 'esm',
  target: 'es2023',
  sourcemap: true,
  // The sources lie beside it in the package, and there once is enough.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
  },
  clean: true,
  platform: 'neutral',
});
