import type { MiddlewareHandler } from 'hono';

const localNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Only pages of this server get in. It listens on this machine alone, but any page in the browser could send requests
 * here, and with `--aws` they cost money: so the origin has to be its own, and the host a name of this machine, or a
 * name that somebody points to it would do.
 */
export const ownPagesOnly: MiddlewareHandler = async ({ req, text }, next) => {
  const { hostname, host } = new URL(req.url);
  const origin = req.header('origin') ?? `http://${host}`;
  const site = req.header('sec-fetch-site') ?? 'same-origin';
  // What is only read may be opened from anywhere: a link, an address that somebody types.
  const isOwn = origin === `http://${host}` && (site === 'same-origin' || req.method === 'GET');
  if (localNames.has(hostname) && isOwn) return next();
  return text('Only pages of this server may ask it.', 403);
};
