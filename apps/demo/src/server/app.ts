import { join } from 'node:path';
import type { TargetName } from '@outcrop/bedrock';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Backend } from './backend.ts';
import { createBulk } from './bulk.ts';
import { createCallFeed } from './call-feed.ts';
import { createChat } from './chat.ts';
import { failureResponse, refuse } from './failures.ts';
import { ownPagesOnly } from './guard.ts';
import { modelRows } from './models.ts';
import type { PageFiles } from './page-files.ts';
import { readBody } from './read-body.ts';
import { type Switches, switchesSchema } from './switches.ts';
import { runTool, toolConfig } from './tools.ts';

/** What the page asks first. */
export type Setup = {
  mode: Backend['mode'];
  models: readonly string[];
  regions: readonly string[];
  targets: readonly TargetName[];
  switches?: Switches | undefined;
  toolConfig: typeof toolConfig;
};

const megabyte = 1_000_000;

/** All routes. Each handler takes a `Request` and gives a `Response`, so any other framework could mount it as well. */
export function createApp(backend: Backend, pageFiles: PageFiles, folder: string) {
  const { mode, models, regions, targets, manager, catalog, emulated } = backend;
  const feed = createCallFeed();
  const chat = createChat({ manager, catalog, models, feed });
  // What was begun on the emulator is never gone on with on AWS, where it costs money.
  const bulk = createBulk({ manager, models, folder: join(folder, mode) });
  const rows = modelRows(catalog);

  const setup = (): Setup => ({
    mode,
    models,
    regions,
    targets,
    toolConfig,
    ...(emulated && { switches: emulated.switches }),
  });

  async function setSwitches(request: Request): Promise<Response> {
    if (emulated === undefined) throw refuse('', 'AWS has no switches.');
    emulated.switches = await readBody(request, switchesSchema);
    return Response.json(emulated.switches);
  }

  const app = new Hono();
  app.onError(failureResponse);
  app.notFound(() =>
    Response.json({ name: 'ConverseError', code: 'invalid_request', message: 'No such place.' }, { status: 404 }),
  );
  app.use(ownPagesOnly);
  app.use(secureHeaders({ contentSecurityPolicy }));
  app.use('/api/chat', limitTo(26 * megabyte));
  app.use('/api/bulk', limitTo(20 * megabyte));
  app.use('/api/tools', limitTo(megabyte));
  app.use('/api/switches', limitTo(megabyte / 10));

  app.get('/api/setup', () => Response.json(setup()));
  app.get('/api/models', () => Response.json(rows));
  app.get('/api/calls', ({ req }) => feed.open(req.raw));
  app.post('/api/chat', ({ req }) => chat(req.raw));
  app.post('/api/tools', ({ req }) => runTool(req.raw));
  app.put('/api/switches', ({ req }) => setSwitches(req.raw));
  app.get('/api/bulk', () => bulk.list());
  app.post('/api/bulk', ({ req }) => bulk.start(req.raw));
  app.get('/api/bulk/:id/events', ({ req }) => bulk.events(req.raw, req.param('id')));
  app.get('/api/bulk/:id/answers', ({ req }) => bulk.answers(req.param('id')));
  for (const order of ['pause', 'resume', 'stop'] as const) {
    app.post(`/api/bulk/:id/${order}`, ({ req }) => bulk.order(req.param('id'), order));
  }
  app.get('*', ({ req }) => pageFiles.get(req.path) ?? new Response('No such page.', { status: 404 }));
  return { fetch: app.fetch, close: bulk.close };
}

function limitTo(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () =>
      Response.json(
        { name: 'ConverseError', code: 'too_large', message: `The request has more than ${maxSize} bytes.` },
        { status: 413 },
      ),
  });
}

/** Nothing comes from elsewhere; pictures and videos that were dropped are blobs, kept ones are data. */
const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'blob:', 'data:'],
  mediaSrc: ["'self'", 'blob:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};
