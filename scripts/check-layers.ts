// Holds the packages to layers.json: who may import whom, and what has to run in a browser.
import { globSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, resolve } from 'node:path';
import { bundleForBrowser } from './browser-bundle.ts';
import { importsOf } from './imports.ts';
import { type Layer, readLayers } from './layers.ts';
import { root, type WorkspacePackage, workspacePackages } from './workspace.ts';

process.chdir(root);
const layers = readLayers();
const keys = [...layers.keys()];
const packages = workspacePackages();
const byName = new Map(packages.map((each) => [each.manifest.name, each]));
const isPublic = (key: string) => packages.some((each) => each.key === key && !each.manifest.private);

const problems = [
  ...checkTable(),
  ...packages.flatMap(checkArrows),
  ...(await Promise.all(packages.map(checkBrowserEntries))).flat(),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function checkTable(): string[] {
  const unknown = keys.filter((key) => !packages.some((each) => each.key === key));
  const missing = packages.filter(({ key }) => !layers.has(key));
  return [
    ...unknown.map((key) => `layers.json: lists '${key}', but there is no such package. Take the line out.`),
    ...missing.map(({ key, folder }) => `layers.json: ${folder} is missing. Add "${key}": { "imports": [] }.`),
    ...[...layers].flatMap(([key, { imports }]) =>
      (imports === '*' ? [] : imports)
        .filter((lower) => !keys.slice(0, keys.indexOf(key)).includes(lower))
        .map(
          (lower) =>
            `layers.json: '${key}' imports '${lower}', which doesn't stand above it: that arrow would point upwards.`,
        ),
    ),
  ];
}

function checkArrows(from: WorkspacePackage): string[] {
  const layer = layers.get(from.key);
  if (layer === undefined) return [];
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = from.manifest;
  const shipped = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  const found: string[] = [];
  const used = new Set<string>();

  for (const name of Object.keys({ ...shipped, ...devDependencies })) {
    const to = byName.get(name);
    if (to === undefined) continue;
    if (!allows(layer, to.key)) found.push(`${from.folder}/package.json: ${refusal(from, to)}`);
    if (!from.manifest.private && to.manifest.private && name in shipped) {
      found.push(`${from.folder}/package.json: depends on ${name}, which is never published. Make it a devDependency.`);
    }
  }
  for (const file of sourcesOf(from.folder)) {
    for (const { specifier, line } of importsOf(file)) {
      const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      const to = specifier.startsWith('.') ? packageAt(resolve(file, '..', specifier)) : byName.get(name);
      if (to !== undefined && to !== from) {
        used.add(to.key);
        if (!allows(layer, to.key)) found.push(`${file}:${line}: ${refusal(from, to)}`);
        if (specifier.startsWith('.'))
          found.push(`${file}:${line}: reaches into ${to.folder} by path. Import it by its name, ${to.manifest.name}.`);
      }
      if (from.manifest.private || isTest(file) || /^[.#]/.test(specifier) || isBuiltin(specifier)) continue;
      if (name.startsWith('@aws-sdk/') && !layer.awsSdk) {
        found.push(`${file}:${line}: imports ${name}. Only tests and ${awsSdkOwners()} may.`);
      } else if (!(name in shipped) && name !== from.manifest.name) {
        found.push(
          `${file}:${line}: imports ${name}, which users of ${from.manifest.name} won't have. Add it to the dependencies.`,
        );
      }
    }
  }
  for (const key of layer.imports === '*' ? [] : layer.imports) {
    if (!used.has(key))
      found.push(`layers.json: lets '${from.key}' import '${key}', but it doesn't. Take the arrow out.`);
  }
  return found;
}

function allows({ imports }: Layer, key: string): boolean {
  return imports === '*' ? isPublic(key) : imports.includes(key);
}

function refusal(from: WorkspacePackage, to: WorkspacePackage): string {
  return `${from.key} → ${to.key} is no arrow of layers.json. Do without ${to.manifest.name} here, or propose the arrow there.`;
}

function awsSdkOwners(): string {
  return keys.filter((key) => layers.get(key)?.awsSdk).join(', ') || 'a package with "awsSdk": true in layers.json';
}

function sourcesOf(folder: string): string[] {
  const exclude = (name: string) => /(^|\/)(node_modules|dist|\..+)$/.test(name);
  return globSync(`${folder}/**/*.{ts,tsx,mts,js,mjs}`, { exclude })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

function packageAt(path: string): WorkspacePackage | undefined {
  return packages.find(({ folder }) => path.startsWith(join(root, folder, '/')));
}

function isTest(file: string): boolean {
  return /\.(test|test-d|e2e)\.ts$/.test(file) || !/^[^/]+\/[^/]+\/src\//.test(file);
}

async function checkBrowserEntries({ key, folder, manifest }: WorkspacePackage): Promise<string[]> {
  const entries = Object.keys(layers.get(key)?.browser ?? {});
  const found = entries.map(async (entry) => {
    const target = manifest.exports?.[entry];
    const source = typeof target === 'object' ? target['@outcrop/source'] : undefined;
    if (source === undefined)
      return [`layers.json: '${key}' has no entry '${entry}' in the exports of its package.json.`];
    const { problems } = await bundleForBrowser(join(root, folder, source), ['@outcrop/source']);
    return problems.map((problem) => `${problem}, and ${posix.join(manifest.name, entry)} has to run in a browser.`);
  });
  return (await Promise.all(found)).flat();
}
