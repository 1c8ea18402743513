// What a release has to pass beyond the gate, because it takes longer or needs the registry: the properties on many
// cases that nobody has seen before, every package's own `check:release`, and the tarballs as their users get them, on
// the oldest Node that is promised and on newer ones. Run it after `pnpm check`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { readManifest, root, type WorkspacePackage, workspacePackages } from './workspace.ts';

// The first is what `engines` promises.
const nodes = ['22.12.0', '24', 'latest'];
const propertyRuns = '10000';

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
const packages = workspacePackages().filter(({ manifest }) => !manifest.private);
const specifiers = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => posix.join(manifest.name, entry)),
);

const folder = mkdtempSync(join(tmpdir(), 'outcrop release '));
try {
  step(`every property on ${propertyRuns} cases of a random seed`, () =>
    // Forced, because for the cache one random seed is like the other.
    run(root, ['turbo', 'run', 'test', '--filter=./packages/*', '--force'], {
      FC_SEED: 'random',
      FC_RUNS: propertyRuns,
    }),
  );
  step("the packages' own checks", () => run(root, ['turbo', 'run', 'check:release']));
  step(`the tarballs of ${packages.length} packages install into an empty project`, installTarballs);
  step('their types hold, with those of their dependencies', checkTypes);
  for (const version of nodes) {
    step(`${specifiers.length} entries load by import and by require on Node ${version}`, () => loadOn(version));
  }
} finally {
  rmSync(folder, { recursive: true });
}

function step(what: string, take: () => void): void {
  console.log(`\n${what} …`);
  const started = performance.now();
  try {
    take();
  } catch (error) {
    console.error(`Failed: ${what}.\n${(error as Error).message}`);
    process.exitCode = 1;
    return;
  }
  console.log(`passed in ${Math.round((performance.now() - started) / 1000)} s`);
}

function installTarballs(): void {
  run(root, ['turbo', 'run', 'build', '--filter=./packages/*']);
  const dependencies = Object.fromEntries(packages.map((each) => [each.manifest.name, `file:${pack(each)}`]));
  // Overridden too, so that what they depend on among themselves is what is to be released.
  const manifest = { private: true, dependencies, overrides: dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  run(folder, ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline']);
}

function pack({ folder: source, manifest }: WorkspacePackage): string {
  const destination = join(folder, 'tarballs', manifest.name);
  run(join(root, source), ['pnpm', 'pack', '--pack-destination', destination]);
  return join(destination, readdirSync(destination)[0] ?? '');
}

function checkTypes(): void {
  const lines = specifiers.map((specifier, index) => `import * as entry${index} from '${specifier}';`);
  const uses = specifiers.map((_, index) => `entry${index} satisfies object;`);
  writeFileSync(join(folder, 'types.mts'), [...lines, ...uses].join('\n'));
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.mts'] }));
  run(folder, ['tsc', '-p', '.', '--pretty', 'false']);
}

function loadOn(version: string): void {
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
}

/** The npm package that holds Node for this machine, as the set-up installs it. */
function nodePackage(): string {
  const { optionalDependencies = {} } = readManifest('package.json');
  const machine = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const name = Object.keys(optionalDependencies).find((name) => name.endsWith(machine));
  if (name === undefined) throw new Error(`No npm package brings Node for ${machine}: run this on another machine.`);
  return name;
}

/** Runs a command, and throws all that it said if it fails. */
function run(cwd: string, [command = '', ...args]: string[], env: Record<string, string> = {}): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { TURBO_TELEMETRY_DISABLED: '1', ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  throw new Error(`${[command, ...args].join(' ')}\n${error?.message ?? stdout + stderr}`.trim());
}
