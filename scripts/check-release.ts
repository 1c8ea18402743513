// What a release has to pass beyond the gate, because it takes longer or needs the registry: the properties on many
// cases that nobody has seen before, every package's own `check:release`, and the tarballs as their users get them, on
// the oldest Node that is promised, on newer ones, and in a page. Run it after `pnpm check`. A step that fails does not
// stop the others.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { run, runAloud, step } from './run.ts';
import { packAll, published } from './tarballs.ts';
import { browserEntries, checkVitePage } from './vite-page.ts';
import { readManifest, root, workspacePackages } from './workspace.ts';

// The first is what `engines` promises.
const nodes = ['22.12.0', '24', 'latest'];
const propertyRuns = '10000';

/** What may come with our packages: nothing that asks more of a user than Apache-2.0 does. */
const licences = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT'];

const loaders = {
  'by-import.mjs': `
    const names = Object.keys(await import(process.argv[2]));
    if (names.length === 0) throw new Error(process.argv[2] + ' exports nothing.');
  `,
  'by-require.cjs': `
    const required = require(process.argv[2]);
    import(process.argv[2]).then((imported) => {
      const other = Object.keys(imported).filter((name) => imported[name] !== required[name]);
      if (other.length > 0) throw new Error('By require and by import these differ: ' + other);
    });
  `,
};

process.chdir(root);
const specifiers = published.flatMap(({ manifest }) =>
  Object.keys(manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => posix.join(manifest.name, entry)),
);

const commands = published.flatMap(({ manifest }) =>
  Object.entries(manifest.publishConfig?.bin ?? {}).map(([name, file]) => ({ name, file: join(manifest.name, file) })),
);
const workspace = workspacePackages();
const withProperties = workspace.filter(({ manifest }) => 'fast-check' in { ...manifest.devDependencies });
const withChecks = workspace.filter(({ manifest }) => manifest.scripts?.['check:release'] !== undefined);

const folder = mkdtempSync(join(tmpdir(), 'outcrop release '));
const started = performance.now();
try {
  for (const { folder, manifest } of withProperties) {
    await step(`the properties of ${manifest.name} on ${propertyRuns} cases of a random seed`, () => {
      run(join(root, folder), ['pnpm', 'run', 'test', '--project=node'], { FC_SEED: 'random', FC_RUNS: propertyRuns });
    });
  }
  for (const { folder, manifest } of withChecks) {
    await step(`what ${manifest.name} checks for releases`, () => {
      runAloud(join(root, folder), ['pnpm', '--silent', 'run', 'check:release']);
    });
  }
  await step(`the tarballs of ${published.length} packages install into an empty project`, installTarballs);
  await step('what comes with them is licensed freely and runs nothing at its installation', checkInstalled);
  await step('their types hold, with those of their dependencies', checkTypes);
  for (const version of nodes) {
    await step(`${specifiers.length} entries load and ${commands.length} commands run on Node ${version}`, () =>
      tryOn(version),
    );
  }
  await step('a page built of them with Vite does what it should', () => checkVitePage(folder));
} finally {
  rmSync(folder, { recursive: true });
}
const verdict = process.exitCode === undefined ? 'All of it passed' : 'Not all of it passed';
console.log(`\n${verdict}, in ${((performance.now() - started) / 60_000).toFixed(1)} minutes.`);

function installTarballs(): void {
  const tarballs = packAll(join(folder, 'tarballs'));
  const dependencies = Object.fromEntries([...tarballs].map(([{ manifest }, file]) => [manifest.name, `file:${file}`]));
  // Overridden too, so that what they depend on among themselves is what is to be released.
  const manifest = { private: true, dependencies, overrides: dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  run(folder, ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline']);
}

function checkInstalled(): void {
  const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: Record<string, { license?: string; hasInstallScript?: boolean }>;
  };
  const problems = Object.entries(packages).flatMap(([path, { license = 'none', hasInstallScript }]) => [
    ...(licences.includes(license) ? [] : [`${path}: its licence is ${license}.`]),
    ...(hasInstallScript ? [`${path}: runs a script when it is installed.`] : []),
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log(`${Object.keys(packages).length} packages, ours among them.`);
}

function checkTypes(): void {
  run(folder, ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '@types/node@22']);
  compile(specifiers, { target: 'es2024', types: ['node'] });
  try {
    // A page has none of Node's types. Those of the AWS SDK ask for them nevertheless, which is not ours to mend.
    compile(browserEntries(), {
      target: 'es2024',
      lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: [],
    });
  } catch (error) {
    const ours = (error as Error).message
      .split('\n')
      .filter((line) => /^(types\.mts|node_modules\/@outcrop\/)/.test(line));
    if (ours.length > 0) throw new Error(ours.join('\n'));
  }
}

function compile(entries: readonly string[], options: Record<string, unknown>): void {
  const lines = entries.map((specifier, index) => `import * as entry${index} from '${specifier}';`);
  const uses = entries.map((_, index) => `entry${index} satisfies object;`);
  writeFileSync(join(folder, 'types.mts'), [...lines, ...uses].join('\n'));
  const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, ...options };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.mts'] }));
  run(folder, ['tsc', '-p', '.', '--pretty', 'false']);
}

function tryOn(version: string): void {
  const home = join(folder, 'nodes', version);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  run(home, ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', `${nodePackage()}@${version}`]);
  const node = join(home, 'node_modules', nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  for (const [file, code] of Object.entries(loaders)) {
    writeFileSync(join(folder, file), code);
    // Each alone, so that none finds what another has loaded.
    for (const specifier of specifiers) run(folder, [node, file, specifier]);
  }
  for (const { name, file } of commands) {
    const said = run(folder, [node, join('node_modules', file), '--help']);
    if (!said.includes(`Usage: ${name} `)) throw new Error(`${name} --help says:\n${said}`);
  }
}

/** The npm package that holds Node for this machine, as the set-up installs it. */
function nodePackage(): string {
  const { optionalDependencies = {} } = readManifest('package.json');
  const machine = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const name = Object.keys(optionalDependencies).find((name) => name.endsWith(machine));
  if (name === undefined) throw new Error(`No npm package brings Node for ${machine}: run this on another machine.`);
  return name;
}
