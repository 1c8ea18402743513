// What a web page downloads for telling formats, and what only when it meets a format that Bedrock does not take.
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const { outputFiles, metafile } = await build({
  stdin: { contents: "export { detect } from '@outcrop/file-detect';", resolveDir: import.meta.dirname },
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  conditions: ['@outcrop/source'],
  outdir: 'out',
  write: false,
  metafile: true,
});

const isEntry = new Map(
  Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [path, entryPoint === '<stdin>']),
);
const sizes = { 'at once': 0, 'file-type, when needed': 0 };
for (const { path, contents } of outputFiles) {
  const isFirst = [...isEntry].some(([output, entry]) => entry && path.endsWith(output));
  sizes[isFirst ? 'at once' : 'file-type, when needed'] += brotliCompressSync(contents).length;
}
console.table(
  Object.fromEntries(Object.entries(sizes).map(([part, bytes]) => [part, `${(bytes / 1000).toFixed(1)} kB`])),
);
