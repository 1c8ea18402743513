import type { MiddlewareHandler } from 'hono';

const localNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Only pages of this server get in. It listens on this machine alone, but any page in the browser could send requests
 * here, and with `--aws` they cost money: so the origin has to be its own, and the host a name of this machine, or a
 * name that somebody points to it would do.
 */
export const ownPagesOnly: MiddlewareHandler = async (context, next) => {
  const { hostname, host } = new URL(context.req.url);
  const origin = context.req.header('origin');
  const isOwn = origin === undefined || origin === `http://${host}`;
  const site = context.req.header('sec-fetch-site') ?? 'same-origin';
  const isAsked = site === 'same-origin' || (site === 'none' && context.req.method === 'GET');
  if (localNames.has(hostname) && isOwn && (isAsked || context.req.method === 'GET')) return next();
  return context.text('Only pages of this server may ask it.', 403);
};
