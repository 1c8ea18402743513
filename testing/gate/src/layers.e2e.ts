import { afterAll, expect, test } from 'vitest';
import { type Changes, createMiniature, editJson } from './miniature.ts';

const miniature = createMiniature();
afterAll(() => miniature.remove());

const checkLayers = (changes: Changes = {}) => miniature.runWith(changes, '.', 'node', 'scripts/check-layers.ts');
const appendToUpper = (line: string) => ({ 'packages/upper/src/upper.ts': (text: string) => `${text}\n${line}\n` });
const withLayers = (edit: Parameters<typeof editJson>[0]) => ({ 'layers.json': editJson(edit) });

test('a workspace that keeps to its layers passes without a word', () => {
  expect(checkLayers()).toEqual({ code: 0, output: '' });
});

test.each<[name: string, changes: Changes, output: string]>([
  [
    'an arrow declared against the table',
    {
      'packages/converse/package.json': editJson((manifest) => {
        manifest.devDependencies['@outcrop/upper'] = 'workspace:^';
      }),
    },
    'packages/converse/package.json: converse → upper is no arrow of layers.json. Do without @outcrop/upper here, or propose the arrow there.',
  ],
  [
    'an arrow that only a source file has',
    { 'packages/converse/src/greet.test.ts': `import type { upper } from '@outcrop/upper';\n` },
    'packages/converse/src/greet.test.ts:1: converse → upper is no arrow of layers.json. Do without @outcrop/upper here, or propose the arrow there.',
  ],
  [
    'an arrow by an import type',
    { 'packages/converse/src/greet.test-d.ts': `type Upper = typeof import('@outcrop/upper');\n` },
    'packages/converse/src/greet.test-d.ts:1: converse → upper is no arrow of layers.json. Do without @outcrop/upper here, or propose the arrow there.',
  ],
  [
    'a path into another package',
    appendToUpper(`export { greet } from '../../converse/src/greet.ts';`),
    'packages/upper/src/upper.ts:8: reaches into packages/converse by path. Import it by its name, @outcrop/converse.',
  ],
  [
    'an allowed arrow that nothing uses',
    { 'packages/upper/src/upper.ts': `export const upper = () => "import '@outcrop/converse'";\n` },
    "layers.json: lets 'upper' import 'converse', but it doesn't. Take the arrow out.",
  ],
  [
    'a package that the table leaves out',
    withLayers((layers) => delete layers.upper),
    'layers.json: packages/upper is missing. Add "upper": { "imports": [] }.',
  ],
  [
    'a package that is only in the table',
    withLayers((layers) => Object.assign(layers, { 'message-builder': { imports: [] } })),
    "layers.json: lists 'message-builder', but there is no such package. Take the line out.",
  ],
  [
    'an arrow that points upwards',
    withLayers((layers) => Object.assign(layers.converse, { imports: ['upper'] })),
    `layers.json: 'converse' imports 'upper', which doesn't stand above it: that arrow would point upwards.
layers.json: lets 'converse' import 'upper', but it doesn't. Take the arrow out.`,
  ],
  [
    'a browser entry that is none',
    withLayers((layers) => Object.assign(layers.upper.browser, { './json': 1 })),
    "layers.json: 'upper' has no entry './json' in the exports of its package.json.",
  ],
  [
    'a built-in module of Node below a browser entry',
    appendToUpper(`export const read = () => import('node:fs').catch(() => undefined);`),
    "packages/upper/src/upper.ts:8: imports Node's 'node:fs', and @outcrop/upper has to run in a browser.",
  ],
  [
    'a global of Node below a browser entry',
    appendToUpper(`export const debug = typeof process === 'undefined' ? undefined : process.env['DEBUG'];`),
    "packages/upper/src/upper.ts:8: uses Node's global 'process', and @outcrop/upper has to run in a browser.",
  ],
  [
    'a global of Node that a lower package brings',
    {
      'packages/converse/src/greet.ts':
        'export type Ending = string;\nexport const greet = (name: string) => Buffer.from(name);\n',
    },
    `packages/converse/src/greet.ts:2: uses Node's global 'Buffer', and @outcrop/converse has to run in a browser.
packages/converse/src/greet.ts:2: uses Node's global 'Buffer', and @outcrop/upper has to run in a browser.`,
  ],
  [
    'the AWS SDK in shipped source',
    appendToUpper(`export type { StopReason } from '@aws-sdk/client-bedrock-runtime';`),
    'packages/upper/src/upper.ts:8: imports @aws-sdk/client-bedrock-runtime. Only tests and a package with "awsSdk": true in layers.json may.',
  ],
  [
    'shipped source that needs a devDependency',
    appendToUpper(`export type { Options } from 'esbuild';`),
    "packages/upper/src/upper.ts:8: imports esbuild, which users of @outcrop/upper won't have. Add it to the dependencies.",
  ],
])('%s is refused', (_, changes, output) => {
  expect(checkLayers(changes)).toEqual({ code: 1, output });
});

test.each<[name: string, changes: Changes]>([
  [
    'a package at the top may import any public one',
    withLayers((layers) => Object.assign(layers.upper, { imports: '*' })),
  ],
  [
    'the owner of the AWS SDK may import it',
    {
      ...withLayers((layers) => Object.assign(layers.upper, { awsSdk: true, browser: {} })),
      ...appendToUpper(`export type { StopReason } from '@aws-sdk/client-bedrock-runtime';`),
      'packages/upper/package.json': editJson((manifest) => {
        manifest.dependencies['@aws-sdk/client-bedrock-runtime'] = 'catalog:';
      }),
    },
  ],
  [
    'tests may import what only they need',
    {
      'packages/upper/src/upper.test-d.ts': `import type {} from '@aws-sdk/client-bedrock-runtime';\nimport 'vitest';\n`,
    },
  ],
  [
    'a local variable may be called process, and a comment may speak of it',
    appendToUpper(`/** Not \`process.env\`. */\nexport const twice = (process: number) => process * 2;`),
  ],
])('%s', (_, changes) => {
  expect(checkLayers(changes)).toEqual({ code: 0, output: '' });
});

test.each<[name: string, changes: Changes, output: string]>([
  [
    'a package without one step of the gate',
    { 'packages/upper/package.json': editJson((manifest) => delete manifest.scripts.artefact) },
    "packages/upper/package.json: has no script 'artefact', so that step of the gate would leave it out.",
  ],
  [
    'two versions of pnpm',
    {
      'package.json': editJson((manifest) => {
        manifest.packageManager = 'pnpm@10.0.0';
        manifest.devDependencies.pnpm = '10.0.1';
      }),
    },
    'package.json: packageManager is pnpm@10.0.0, but the devDependency is pnpm 10.0.1.',
  ],
  [
    'a dependency that is not explained',
    {
      'packages/upper/package.json': editJson((manifest) => {
        manifest.dependencies['left-pad'] = '1.3.0';
      }),
    },
    'docs/dependencies.md: has no row that begins with | `left-pad` | `upper` | what for |',
  ],
  [
    'a dependency of a version that nobody has tried',
    {
      'packages/upper/package.json': editJson((manifest) => {
        manifest.dependencies['left-pad'] = '^1.3.0';
      }),
      'docs/dependencies.md': '| `left-pad` | `upper` | pads |\n',
    },
    'packages/upper/package.json: depends on left-pad ^1.3.0: name the one version we tried.',
  ],
  [
    'a dependency that nobody has',
    { 'docs/dependencies.md': '| `left-pad` | `upper` | pads |\n' },
    'docs/dependencies.md: lists left-pad, but no published package depends on it.',
  ],
])('%s is refused', (_, changes, output) => {
  expect(miniature.runWith(changes, '.', 'node', 'scripts/check-manifests.ts')).toEqual({ code: 1, output });
});
