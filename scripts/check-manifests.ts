// Checks what the package.json files must agree on, so that no package can slip past a step of the gate, and no
// dependency past the table of docs/dependencies.md.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, matchesGlob, posix } from 'node:path';
import { fencedBlocks } from './markdown.ts';
import { type Manifest, root, workspacePackages } from './workspace.ts';

const { packageManager, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const problems = workspacePackages().flatMap(({ folder, manifest }) =>
  stepsOf(join(root, folder), manifest)
    .filter((step) => manifest.scripts?.[step] === undefined)
    .map((step) => `${folder}/package.json: has no script '${step}', so that step of the gate would leave it out.`),
);
if (packageManager !== `pnpm@${devDependencies.pnpm}`) {
  problems.push(
    `package.json: packageManager is ${packageManager}, but the devDependency is pnpm ${devDependencies.pnpm}.`,
  );
}
problems.push(...checkDependencies(), ...checkRanges(), ...checkFixedGroup(), ...checkSnippets());
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function stepsOf(folder: string, manifest: Manifest): string[] {
  if (!manifest.private) return ['build', 'typecheck', 'test', 'artefact', 'snippets'];
  const has = (pattern: string) => globSync(pattern, { cwd: folder }).length > 0;
  return [...(has('{src/**/,}*.ts') ? ['typecheck'] : []), ...(has('src/**/*.{test,e2e}.ts') ? ['test'] : [])];
}

/** What users install with our packages, and who of them brings it, has to be what the table says. */
function checkDependencies(): string[] {
  const table = join(root, 'docs/dependencies.md');
  const rows = existsSync(table) ? readFileSync(table, 'utf8').matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm) : [];
  const said = new Map([...rows].map(([, name = '', users = '']) => [name, users.replaceAll('`', '').trim()]));
  const used = new Map<string, string[]>();
  for (const { key, manifest } of workspacePackages().filter((each) => !each.manifest.private)) {
    const names = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
    for (const name of Object.keys(names).filter((name) => names[name]?.startsWith('workspace:') !== true)) {
      used.set(name, [...(used.get(name) ?? []), key]);
    }
  }
  const wrong = [...used].filter(([name, users]) => said.get(name) !== users.join(', '));
  return [
    ...wrong.map(([name, users]) => {
      const row = `| \`${name}\` | ${users.map((user) => `\`${user}\``).join(', ')} | what for |`;
      return `docs/dependencies.md: has no row that begins with ${row}`;
    }),
    ...[...said.keys()]
      .filter((name) => !used.has(name))
      .map((name) => `docs/dependencies.md: lists ${name}, but no published package depends on it.`),
  ];
}

/** One version of what we have tried, except of AWS's: applications have that too, and should have it once. */
function checkRanges(): string[] {
  return workspacePackages()
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ folder, manifest }) =>
      Object.entries(manifest.dependencies ?? {})
        .filter(([name, range]) => !/^@(aws-sdk|smithy)\//.test(name) && !/^(workspace:|catalog:|\d)/.test(range))
        .map(([name, range]) => `${folder}/package.json: depends on ${name} ${range}: name the one version we tried.`),
    );
}

/** Changesets finds no version in private packages, so a pattern that takes them in breaks every release. */
function checkFixedGroup(): string[] {
  const file = join(root, '.changeset/config.json');
  if (!existsSync(file)) return [];
  const published = workspacePackages().filter((each) => !each.manifest.private);
  const names = published.map(({ manifest }) => manifest.name).sort();
  const [group = []] = JSON.parse(readFileSync(file, 'utf8')).fixed;
  if (JSON.stringify(group) === JSON.stringify(names)) return [];
  return [
    `.changeset/config.json: all that is published goes out under one version: "fixed" is [${JSON.stringify(names)}].`,
  ];
}

/** What holds a `ts` block has to be named where snippets are checked. */
function checkSnippets(): string[] {
  const scripts = workspacePackages().flatMap(({ folder, manifest }) => {
    const words = manifest.scripts?.['snippets']?.split(' ').slice(2);
    return words === undefined ? [] : [{ folder, files: words.map((word) => posix.join(folder, word)) }];
  });
  const isChecked = (file: string) =>
    scripts.some(({ folder, files }) =>
      file.endsWith('.ts') ? file.startsWith(`${folder}/src/`) : files.some((pattern) => matchesGlob(file, pattern)),
    );
  const patterns = ['*.md', '{docs,apps,bench,examples,packages,testing}/**/*.md', '*/*/src/**/*.ts'];
  const exclude = ['**/{node_modules,dist,corpus,.*}/**', '**/*.{test,test-d,e2e}.ts'];
  return globSync(patterns, { cwd: root, exclude })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !isChecked(file) && hasSnippet(file))
    .map((file) => `${file}: has a \`ts\` block, but no script 'snippets' of a package looks at it.`);
}

function hasSnippet(file: string): boolean {
  const text = readFileSync(join(root, file), 'utf8');
  if (file.endsWith('.ts')) return /^\s*\* ```ts( run)?$/m.test(text);
  return fencedBlocks(text).some(({ info }) => /^ts( run)?$/.test(info));
}
