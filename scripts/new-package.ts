// `new-package.ts NAME` makes packages/NAME, for Node and browsers; `--node` makes one for Node alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './workspace.ts';

process.chdir(root);
const { name, nodeOnly } = readArguments();
const folder = join('packages', name);
const exportName = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

mkdirSync(join(folder, 'src'), { recursive: true });
writeManifest();
writeTsconfigs();
writeSources();
writeReadme();
addLayer();
addToRelease();
console.log(`Made ${folder}, with one function to replace. Next: npx pnpm install && npm run check`);

function readArguments(): { name: string; nodeOnly: boolean } {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: 'boolean' } } });
    const [name = '', ...more] = positionals;
    if (more.length > 0 || !/^[a-z][a-z\d]*(-[a-z\d]+)*$/.test(name)) {
      throw new Error('give one name in lower case, like pnpm new-package file-detect [--node].');
    }
    if (existsSync(join('packages', name))) throw new Error(`packages/${name} is there already.`);
    return { name, nodeOnly: values.node ?? false };
  } catch (error) {
    console.error(`new-package: ${(error as Error).message}`);
    process.exit(2);
  }
}

// `converse` is the pattern: what all packages have in common is copied from it.
function writeManifest(): void {
  const { license, bugs, repository, type, sideEffects, engines, files, exports, scripts, devDependencies } =
    readPattern();
  const manifest = {
    name: `@outcrop/${name}`,
    version: '0.0.0',
    description: `Replace this: what @outcrop/${name} is for, in one sentence.`,
    keywords: ['amazon-bedrock', 'bedrock', 'llm'],
    license,
    homepage: `https://github.com/outcrop-ai/outcrop/tree/main/packages/${name}#readme`,
    bugs,
    repository: { ...repository, directory: `packages/${name}` },
    type,
    sideEffects,
    engines,
    files,
    exports: { '.': exports['.'], './package.json': './package.json' },
    scripts,
    devDependencies: { '@types/node': devDependencies['@types/node'] },
  };
  write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
}

function readPattern() {
  return JSON.parse(readFileSync('packages/converse/package.json', 'utf8'));
}

function writeTsconfigs(): void {
  for (const file of ['tsconfig.json', 'tsconfig.build.json']) {
    const text = readFileSync(join('packages/converse', file), 'utf8');
    write(file, nodeOnly ? text.replace(/"lib": \[.*?\], /s, '').replace(/ *"types": \[\],\n/, '') : text);
  }
}

function writeSources(): void {
  write(`src/index.ts`, `export { ${exportName} } from './${name}.ts';\n`);
  write(
    `src/${name}.ts`,
    `/** Replace this: the first thing this package is for. */
export function ${exportName}(): string {
  return '${name}';
}
`,
  );
  write(
    `src/${name}.test.ts`,
    `import { ${exportName} } from '@outcrop/${name}';
import { expect, test } from 'vitest';

test('says its name', () => {
  expect(${exportName}()).toBe('${name}');
});
`,
  );
}

function writeReadme(): void {
  write(
    'README.md',
    `# @outcrop/${name}

Replace this: what the package is for, in one sentence.

\`\`\`sh
npm install @outcrop/${name}
\`\`\`

\`\`\`ts run
import { ${exportName} } from '@outcrop/${name}';

console.log(${exportName}());
\`\`\`

\`\`\`text output
${name}
\`\`\`
`,
  );
}

// At the bottom layer, where it stands until it imports something.
function addLayer(): void {
  const line = `"${name}": { "imports": []${nodeOnly ? '' : ', "browser": { ".": 2 }'} },`;
  writeFileSync('layers.json', readFileSync('layers.json', 'utf8').replace('{\n', `{\n  ${line}\n`));
}

// All packages are released together.
function addToRelease(): void {
  const file = '.changeset/config.json';
  if (!existsSync(file)) return;
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.fixed[0] = [...config.fixed[0], `@outcrop/${name}`].sort();
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}
