import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** What `layers.json` says of one package. Those it may import stand above it, so there can be no cycle. */
export type Layer = {
  /** Packages it may import, or `"*"`: every public one. */
  imports: string[] | '*';
  /** The entries that run in a browser, each with the kB (1000 bytes, minified and brotli-compressed) it may weigh. */
  browser?: Record<string, number>;
  /** May its shipped source import `@aws-sdk/*`? */
  awsSdk?: true;
};

/** The table of layers, in its own order: from the bottom up. */
export function readLayers(): Map<string, Layer> {
  return new Map(Object.entries(JSON.parse(readFileSync(join(root, 'layers.json'), 'utf8'))));
}
