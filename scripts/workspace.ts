import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the work tree. */
export const root = dirname(import.meta.dirname);

/** What the gate reads of a package.json. */
export type Manifest = {
  name: string;
  version?: string;
  private?: boolean;
  repository?: { url: string; directory?: string };
  exports?: Record<string, string | Record<string, string>>;
  scripts?: Record<string, string>;
  publishConfig?: { bin?: Record<string, string> };
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

/** One package of the workspace. */
export type WorkspacePackage = {
  /** How `layers.json` calls it: its folder without `packages/`. */
  key: string;
  /** Relative to the root, with forward slashes. */
  folder: string;
  manifest: Manifest;
};

/** All packages, found by the patterns of `pnpm-workspace.yaml`. */
export function workspacePackages(): WorkspacePackage[] {
  const yaml = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const patterns = /^packages:\n((?: {2}- .+\n)+)/m.exec(yaml)?.[1]?.match(/[^\s-]\S*/g) ?? [];
  const manifests = globSync(
    patterns.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
  return manifests.sort().map((file) => {
    const folder = dirname(file).replaceAll('\\', '/');
    return { key: folder.replace(/^packages\//, ''), folder, manifest: readManifest(join(root, file)) };
  });
}

/** Reads a package.json. */
export function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8'));
}
