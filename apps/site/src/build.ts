// Writes the reference of all public packages to dist/, and fails on whatever TypeDoc finds undocumented or unlinked.
import { join, posix } from 'node:path';
import { Application } from 'typedoc';
import { root, workspacePackages } from '../../../scripts/workspace.ts';

const packages = workspacePackages().filter(({ manifest }) => !manifest.private);
// One module for each entry, under the very name that is imported.
const entries = packages.flatMap(({ folder, manifest }) =>
  Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) =>
    typeof target === 'object' && target['@outcrop/source'] !== undefined
      ? [{ name: posix.join(manifest.name, entry), file: join(root, folder, target['@outcrop/source']) }]
      : [],
  ),
);

const app = await Application.bootstrapWithPlugins({
  name: 'Outcrop',
  entryPoints: entries.map(({ file }) => file),
  tsconfig: 'tsconfig.docs.json',
  readme: 'none',
  logLevel: 'Warn',
  packagesRequiringDocumentation: packages.map(({ manifest }) => manifest.name),
  // Fields speak through their types, until there is something to add.
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Variable', 'Method', 'Accessor'],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
});
const entryPoints = app.getEntryPoints() ?? [];
for (const entryPoint of entryPoints) {
  const file = entryPoint.sourceFile.fileName;
  entryPoint.displayName = entries.find((entry) => entry.file === file)?.name ?? file;
}
const project = app.converter.convert(entryPoints);
app.validate(project);
await app.generateDocs(project, 'dist');
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
