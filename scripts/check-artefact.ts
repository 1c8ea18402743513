// Checks what users would install of the package in the current folder: packs it once and looks at that tarball.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData, type Package, type Problem } from '@arethetypeswrong/core';
import { problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { bundleForBrowser } from './browser-bundle.ts';
import { readLayers } from './layers.ts';
import { readManifest, root, workspacePackages } from './workspace.ts';

const manifest = readManifest('package.json');
const tarball = pack();
const contents = createPackageFromTarballData(tarball);

const problems = [
  ...checkContents(contents),
  ...(await checkManifest(tarball)),
  ...(await checkTypes(contents)),
  ...(await checkBrowserEntries()),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function pack(): Uint8Array<ArrayBuffer> {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-artefact-'));
  try {
    execFileSync('pnpm', ['pack', '--pack-destination', folder], {
      stdio: 'pipe',
      shell: process.platform === 'win32',
    });
    return Uint8Array.from(readFileSync(join(folder, readdirSync(folder)[0] ?? '')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkContents(contents: Package): string[] {
  const files = contents.listFiles().map((file) => file.replace(`/node_modules/${manifest.name}/`, ''));
  const wanted = ['package.json', 'README.md', 'LICENSE'].filter((file) => !files.includes(file));
  const welcome =
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/.+\.(js|d\.ts|json)(\.map)?|src\/.+\.(ts|json))$/;
  const unwelcome = files.filter((file) => !welcome.test(file) || /\.(test|test-d|e2e)\.|__fixtures__/.test(file));
  return [
    ...wanted.map((file) => `${file} is not in the tarball: every package is published with one.`),
    ...unwelcome.map((file) => `${file} would be published: keep it out by the "files" of package.json.`),
  ];
}

async function checkManifest(tarball: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: tarball.buffer } });
  return messages.map((message) => `package.json: ${formatMessage(message, pkg, { color: false })} (publint)`);
}

async function checkTypes(contents: Package): Promise<string[]> {
  const analysis = await checkPackage(contents);
  if (!analysis.types) return ['The tarball holds no type declarations.'];
  return analysis.problems.filter(mattersToEsm).map((problem) => {
    const entry =
      'entrypoint' in problem ? `'${problem.entrypoint}'` : 'fileName' in problem ? problem.fileName : 'exports';
    const how = 'resolutionKind' in problem ? ` when resolved as ${problem.resolutionKind}` : '';
    return `${entry}${how}: ${problemKindInfo[problem.kind].description} (attw)`;
  });
}

// ESM only is a decision: a `require` in types, or a resolution that knows no exports, is out of its reach.
function mattersToEsm(problem: Problem): boolean {
  if ('resolutionKind' in problem)
    return problem.resolutionKind !== 'node10' && problem.resolutionKind !== 'node16-cjs';
  return !('resolutionOption' in problem) || problem.resolutionOption !== 'node10';
}

async function checkBrowserEntries(): Promise<string[]> {
  const key = workspacePackages().find((each) => each.manifest.name === manifest.name)?.key ?? '';
  const entries = Object.entries(readLayers().get(key)?.browser ?? {});
  const found = entries.map(async ([entry, budgetKb]) => {
    const target = manifest.exports?.[entry];
    const name = posix.join(manifest.name, entry);
    const { atOnce, onDemand, problems } = await bundleForBrowser(
      (typeof target === 'object' ? target['default'] : target) ?? '',
      [],
    );
    if (problems.length > 0) return problems.map((problem) => `${problem}, and ${name} has to run in a browser.`);
    const [kb, laterKb] = [weigh(atOnce), weigh(onDemand)];
    const later = laterKb > 0 ? `, and ${laterKb.toFixed(2)} kB on demand` : '';
    console.log(`${name}: ${kb.toFixed(2)} kB of ${budgetKb} (minified, brotli)${later}`);
    const over = `${name} is over its budget of ${budgetKb} kB. Make it lighter, or argue for more in layers.json.`;
    return [...(kb > budgetKb ? [over] : []), ...checkFrontPage(entry, kb)];
  });
  return (await Promise.all(found)).flat();
}

/** What the table of the front page says of an entry may be a little old, and no more. */
function checkFrontPage(entry: string, kb: number): string[] {
  const page = readFileSync(join(root, 'README.md'), 'utf8');
  const row = page.split('\n').find((line) => line.startsWith(`| [\`${manifest.name}\`]`)) ?? '';
  const [, said, of = '.'] = /\| ([\d.]+) kB(?: \(`(.+)`\))? \|$/.exec(row) ?? [];
  if (said === undefined || of !== entry || Math.abs(Number(said) - kb) < 0.05 * kb) return [];
  return [`README.md: says that ${posix.join(manifest.name, entry)} has ${said} kB, but it has ${kb.toFixed(1)}.`];
}

function weigh(files: string[]): number {
  return files.reduce((sum, file) => sum + brotliCompressSync(file).length, 0) / 1000;
}
