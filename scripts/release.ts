// `release.ts --dry-run` packs all that is published, looks at it, and says what would go out and what is still in the
// way. Without `--dry-run` it publishes: in CI only, where npm can prove where a package comes from.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPackageFromTarballData, type Package } from '@arethetypeswrong/core';
import { run, step } from './run.ts';
import { packAll, published } from './tarballs.ts';
import { type Manifest, root, type WorkspacePackage } from './workspace.ts';

type Packed = { source: WorkspacePackage; manifest: Manifest; contents: Package; bytes: number };

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
process.chdir(root);
const folder = mkdtempSync(join(tmpdir(), 'outcrop-release-'));
try {
  await step('every artefact passes publint, attw and our own look at its files', () => {
    run(root, ['turbo', 'run', 'artefact', '--continue', '--filter=./packages/*']);
  });
  await step('the tarballs agree with each other and can prove where they come from', () => {
    const all = [...packAll(folder)].map(([source, file]) => unpack(source, file));
    for (const { manifest, contents, bytes } of all) {
      const files = contents.listFiles().length;
      console.log(`${manifest.name} ${manifest.version}: ${files} files, ${(bytes / 1000).toFixed(1)} kB packed`);
    }
    const problems = [...all.flatMap(checkPacked), ...checkTogether(all)];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
} finally {
  rmSync(folder, { recursive: true });
}
const inTheWay = hindrances();
for (const each of inTheWay) console.log(`In the way of publishing: ${each}`);
if (values['dry-run']) {
  console.log('\nNothing was published: this was a dry run.');
} else if (process.exitCode === undefined && inTheWay.length === 0) {
  // It publishes what the registry does not have yet, and tags it.
  console.log(run(root, ['changeset', 'publish'], { NPM_CONFIG_PROVENANCE: 'true' }));
} else {
  console.error('\nNothing was published, for what is said above.');
  process.exitCode = 1;
}

function unpack(source: WorkspacePackage, file: string): Packed {
  const contents = createPackageFromTarballData(Uint8Array.from(readFileSync(file)));
  const manifest = JSON.parse(contents.readFile(`/node_modules/${source.manifest.name}/package.json`));
  return { source, manifest, contents, bytes: statSync(file).size };
}

function checkPacked({ source, manifest, contents }: Packed): string[] {
  const { name } = manifest;
  const dependencies = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  const unresolved = Object.entries(dependencies).filter(([, range]) => /^(workspace|catalog|file|link):/.test(range));
  const { repository } = manifest;
  return [
    ...unresolved.map(([dependency, range]) => `${name}: depends on ${dependency} ${range}, which nobody can install.`),
    ...(repository?.url.startsWith('git+https://github.com/') && repository.directory === source.folder
      ? []
      : [`${name}: its "repository" has to name this repository and ${source.folder}, or provenance is refused.`]),
    ...deadMaps(contents).map((map) => `${name}: ${map} leads to a source that is not in the tarball.`),
  ];
}

/** Source maps are published with the sources that they lead to, or they lead nowhere. */
function deadMaps(contents: Package): string[] {
  const files = contents.listFiles();
  return files
    .filter((file) => file.endsWith('.map'))
    .filter((file) => {
      const { sources, sourcesContent } = JSON.parse(contents.readFile(file)) as {
        sources: string[];
        sourcesContent?: (string | null)[];
      };
      return sources.some((source, index) => {
        const { pathname } = new URL(source, `file://${file}`);
        return !files.includes(decodeURIComponent(pathname)) && typeof sourcesContent?.[index] !== 'string';
      });
    });
}

function checkTogether(all: readonly Packed[]): string[] {
  const versions = [...new Set(all.map(({ manifest }) => manifest.version))];
  return versions.length === 1 ? [] : [`All packages are released under one version, and these are ${versions}.`];
}

function hindrances(): string[] {
  const changesets = readdirSync('.changeset').filter((file) => file.endsWith('.md') && file !== 'README.md');
  const changes = run(root, ['git', 'status', '--porcelain']).trim();
  return [
    ...(changesets.length > 0 ? [`${changesets.length} changesets wait for \`changeset version\`.`] : []),
    ...(changesets.length === 0 && published.some(({ manifest }) => manifest.version === '0.0.0')
      ? ['the version is 0.0.0, and there is no changeset that could raise it.']
      : []),
    ...(changes === '' ? [] : ['the work tree has changes that are not committed.']),
    // biome-ignore lint/suspicious/noUndeclaredEnvVars: Turbo does not run this, and nothing that it runs should get it.
    ...(process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined
      ? ['npm proves where a package comes from in GitHub Actions only, with the permission `id-token: write`.']
      : []),
  ];
}
