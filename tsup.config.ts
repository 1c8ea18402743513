import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// A package's entries stand once, in its `exports`: every source condition is a file to build.
const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> };
const entry = Object.values(exports).flatMap((target) =>
  typeof target === 'object' && target !== null && '@outcrop/source' in target
    ? [String(target['@outcrop/source'])]
    : [],
);

// The compiler writes the declarations: `tsc -p tsconfig.build.json`.
export default defineConfig({
  entry,
  format: 'esm',
  target: 'es2023',
  sourcemap: true,
  clean: true,
  platform: 'neutral',
});
