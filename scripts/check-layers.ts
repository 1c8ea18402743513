// Holds the packages to layers.json: who may import whom, and what has to run in a browser.
import { globSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, resolve } from 'node:path';
import { bundleForBrowser } from './browser-bundle.ts';
import { type Import, importsOf } from './imports.ts';
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
  const imports = sourcesOf(from.folder).flatMap((file) =>
    importsOf(file).map((each) => resolveImport(from, file, each)),
  );
  const used = new Set(imports.map(({ to }) => to?.key));
  const unused = (layer.imports === '*' ? [] : layer.imports).filter((key) => !used.has(key));
  return [
    ...checkDeclared(from, layer),
    ...imports.flatMap((each) => checkImport(from, layer, each)),
    ...unused.map((key) => `layers.json: lets '${from.key}' import '${key}', but it doesn't. Take the arrow out.`),
  ];
}

type ResolvedImport = {
  where: string;
  specifier: string;
  name: string;
  inTest: boolean;
  to: WorkspacePackage | undefined;
};

function resolveImport(from: WorkspacePackage, file: string, { specifier, line }: Import): ResolvedImport {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const to = specifier.startsWith('.') ? packageAt(resolve(file, '..', specifier)) : byName.get(name);
  return { where: `${file}:${line}`, specifier, name, inTest: isTest(file), to: to === from ? undefined : to };
}

function checkDeclared(from: WorkspacePackage, layer: Layer): string[] {
  const shipped = shippedWith(from);
  return Object.keys({ ...shipped, ...from.manifest.devDependencies }).flatMap((name) => {
    const to = byName.get(name);
    const where = `${from.folder}/package.json`;
    if (to === undefined) return [];
    if (!allows(layer, to.key)) return [`${where}: ${refusal(from, to)}`];
    if (from.manifest.private || !to.manifest.private || !(name in shipped)) return [];
    return [`${where}: depends on ${name}, which is never published. Make it a devDependency.`];
  });
}

function checkImport(
  from: WorkspacePackage,
  layer: Layer,
  { where, specifier, name, inTest, to }: ResolvedImport,
): string[] {
  if (to !== undefined && specifier.startsWith('.')) {
    return [`${where}: reaches into ${to.folder} by path. Import it by its name, ${to.manifest.name}.`];
  }
  if (to !== undefined && !allows(layer, to.key)) return [`${where}: ${refusal(from, to)}`];
  // What follows is about what users install.
  if (from.manifest.private || inTest || /^[.#]/.test(specifier) || isBuiltin(specifier)) return [];
  if (name.startsWith('@aws-sdk/') && !layer.awsSdk) {
    return [`${where}: imports ${name}. Only tests and ${awsSdkOwners()} may.`];
  }
  if (name in shippedWith(from) || name === from.manifest.name) return [];
  return [`${where}: imports ${name}, which users of ${from.manifest.name} won't have. Add it to the dependencies.`];
}

function shippedWith({ manifest }: WorkspacePackage): Record<string, string> {
  return { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
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
