import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What a command left behind; stdout and stderr together. */
type Outcome = { code: number; output: string };

/** A file's new text, made from the old one, or `undefined` to take the file away. */
export type Changes = Record<string, string | ((text: string) => string) | undefined>;

/** A small workspace under the real gate: `converse` below, and `upper`, which imports it. */
export type Miniature = {
  /** Runs a command in one of its folders. */
  run(folder: string, ...command: string[]): Outcome;
  /** Runs a command while some files are other than they should be. */
  runWith(changes: Changes, folder: string, ...command: string[]): Outcome;
  /** Changes files for good. */
  change(changes: Changes): void;
  remove(): void;
};

const repository = resolve(import.meta.dirname, '../../..');

/** Makes a miniature of this repository: its scripts and configuration, its installed tools, and two tiny packages. */
export function createMiniature(): Miniature {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-miniature-'));
  const path = (file: string) => join(folder, file);

  function change(changes: Changes): void {
    for (const [file, change] of Object.entries(changes)) {
      if (change === undefined) {
        rmSync(path(file));
      } else {
        mkdirSync(dirname(path(file)), { recursive: true });
        writeFileSync(path(file), typeof change === 'string' ? change : change(readFileSync(path(file), 'utf8')));
      }
    }
  }

  function run(where: string, ...[command = '', ...args]: string[]): Outcome {
    // Nothing of the test run around it: neither vitest's nor turbo's nor pnpm's variables.
    const { HOME, PATH, TMPDIR } = process.env;
    const env = {
      HOME,
      PATH: `${path('node_modules/.bin')}:${PATH}`,
      TMPDIR,
      NO_COLOR: '1',
      TURBO_TELEMETRY_DISABLED: '1',
    };
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: path(where), env, encoding: 'utf8' });
    return { code: status ?? 1, output: `${stdout}${stderr}`.trim() };
  }

  copyRepository(path);
  change(lowerPackage);
  for (const command of ['git init --quiet', 'node scripts/new-package.ts upper']) run('.', ...command.split(' '));
  change(upperPackage);
  linkPackages(path);

  return {
    run,
    change,
    runWith(changes, where, ...command) {
      const before = Object.keys(changes).map((file) => [
        file,
        globSync(file, { cwd: folder }).length > 0 ? readFileSync(path(file), 'utf8') : undefined,
      ]);
      change(changes);
      try {
        return run(where, ...command);
      } finally {
        change(Object.fromEntries(before));
      }
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function copyRepository(path: (file: string) => string): void {
  const files = globSync(
    ['*.{json,yaml,ts}', '.gitignore', 'LICENSE', 'scripts/*', 'packages/converse/*.json', 'apps/site/{src/**,*.json}'],
    // These read packages that are not there.
    { cwd: repository, exclude: ['scripts/{check-error-table,check-figures,check-guides,check-release,vite-page}.ts'] },
  );
  for (const file of files) cpSync(join(repository, file), path(file), { recursive: true });
  link(join(repository, 'apps/site/node_modules'), path('apps/site/node_modules'));
  // One by one, so that nothing done to the miniature's node_modules is done to the real one.
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name === '.bin' || !name.startsWith('.'))
      link(join(repository, 'node_modules', name), path(`node_modules/${name}`));
  }
}

function linkPackages(path: (file: string) => string): void {
  link(join(repository, 'packages/converse/node_modules/@aws-sdk'), path('packages/converse/node_modules/@aws-sdk'));
  link(path('packages/converse'), path('packages/upper/node_modules/@outcrop/converse'));
}

function link(target: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync(target, file, 'junction');
}

const lowerPackage: Changes = {
  'layers.json': `{
  "converse": { "imports": [], "browser": { ".": 1 } },

  "apps/site": { "imports": [] }
}
`,
  'packages/converse/package.json': editJson((manifest) => {
    manifest.exports = { '.': manifest.exports['.'], './package.json': './package.json' };
    manifest.dependencies = {};
    manifest.devDependencies = { '@aws-sdk/client-bedrock-runtime': 'catalog:', '@types/node': 'catalog:' };
  }),
  'README.md': '# Outcrop\n',
  'docs/guides/README.md': '# Guides\n',
  'packages/converse/README.md': '# @outcrop/converse\n',
  'packages/converse/src/index.ts': `export { type Ending, greet } from './greet.ts';\n`,
  'packages/converse/src/greet.ts': `/** How a reply ends. */
export type Ending = 'end_turn' | 'tool_use';

/** Greets whoever is named. */
export function greet(name: string): string {
  return \`Hello, \${name}\`;
}
`,
  'packages/converse/src/greet.test-d.ts': `import type { StopReason } from '@aws-sdk/client-bedrock-runtime';
import type { Ending } from '@outcrop/converse';

null as unknown as Ending satisfies StopReason;
`,
};

const upperPackage: Changes = {
  'layers.json': (text) =>
    text
      .replace(/ {2}"upper".*\n/, '')
      .replace('\n\n', '\n  "upper": { "imports": ["converse"], "browser": { ".": 1 } },\n\n'),
  'packages/upper/package.json': editJson((manifest) => {
    manifest.dependencies = { '@outcrop/converse': 'workspace:^' };
  }),
  'packages/upper/src/upper.ts': `import { greet } from '@outcrop/converse';

/** Greets the layer below. */
export function upper(): string {
  return greet('upper');
}
`,
  'packages/upper/src/upper.test.ts': (text) => text.replace(`toBe('upper')`, `toBe('Hello, upper')`),
  'packages/upper/README.md': (text) => text.replace('output\nupper', 'output\nHello, upper'),
};

/** A change to a JSON file. */
// biome-ignore lint/suspicious/noExplicitAny: a manifest can be anything, and what it lacks fails the test.
export function editJson(edit: (value: any) => void): (text: string) => string {
  return (text) => {
    const value = JSON.parse(text);
    edit(value);
    return `${JSON.stringify(value, null, 2)}\n`;
  };
}
