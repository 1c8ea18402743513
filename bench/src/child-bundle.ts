// The process in which a bundled client calls and streams once: which of its files that takes.
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Client } from './client.ts';
import { requestOf } from './scenes.ts';

const [, , file = '', endpoint = ''] = process.argv;
const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.push(fileURLToPath(url));
    return next(url, context);
  },
});
const { createClient }: { createClient(endpoint: string): Client } = await import(pathToFileURL(file).href);
const client = createClient(endpoint);
await client.call(requestOf('call'));
await client.stream(requestOf('call'), () => {});
await client.close();
process.send?.(loaded, () => process.exit());
