import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import { root, type WorkspacePackage, workspacePackages } from './workspace.ts';

/** What is published. */
export const published: readonly WorkspacePackage[] = workspacePackages().filter(({ manifest }) => !manifest.private);

/** Builds and packs all that is published into a folder, and gives each package's tarball. */
export function packAll(folder: string): Map<WorkspacePackage, string> {
  run(root, ['turbo', 'run', 'build', '--filter=./packages/*']);
  return new Map(
    published.map((each) => {
      const destination = join(folder, each.manifest.name);
      run(join(root, each.folder), ['pnpm', 'pack', '--pack-destination', destination]);
      return [each, join(destination, readdirSync(destination)[0] ?? '')];
    }),
  );
}
