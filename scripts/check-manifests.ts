// Checks what the package.json files must agree on, so that no package can slip past a step of the gate.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function stepsOf(folder: string, manifest: Manifest): string[] {
  if (!manifest.private) return ['build', 'typecheck', 'test', 'artefact', 'snippets'];
  const has = (pattern: string) => globSync(pattern, { cwd: folder }).length > 0;
  return [...(has('{src/**/,}*.ts') ? ['typecheck'] : []), ...(has('src/**/*.{test,e2e}.ts') ? ['test'] : [])];
}
