import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleForBrowser } from '../../../scripts/browser-bundle.ts';

test('a page that builds messages and sends them loads no more than 8 kB', async () => {
  const { atOnce, problems } = await bundleForBrowser(join(import.meta.dirname, 'sending-page.ts'), []);
  const bytes = atOnce.reduce((sum, file) => sum + brotliCompressSync(file).length, 0);
  console.log(`A page that builds and sends: ${(bytes / 1000).toFixed(2)} kB of 8 (minified, brotli)`);
  expect({ problems, fits: bytes <= 8_000 }).toEqual({ problems: [], fits: true });
});
