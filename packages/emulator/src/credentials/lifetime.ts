import type { IncomingHttpHeaders } from 'node:http';

// Who reaches the port could make up credentials without end.
const rememberedCredentials = 10_000;

/** Says whether credentials are older than that, counted from their first use: access keys and bearer tokens. */
export function createLifetime({ lifetimeMs, now }: { lifetimeMs: number; now: () => number }) {
  const firstSeen = new Map<string, number>();

  return ({ authorization = '' }: IncomingHttpHeaders): boolean => {
    const [, accessKeyId, token] = /Credential=([^/,]+)\/|^Bearer (.+)$/.exec(authorization) ?? [];
    const name = accessKeyId ?? token;
    if (name === undefined) return false;
    const at = firstSeen.get(name) ?? now();
    if (!firstSeen.has(name) && firstSeen.size >= rememberedCredentials) {
      firstSeen.delete(firstSeen.keys().next().value ?? '');
    }
    firstSeen.set(name, at);
    return now() - at >= lifetimeMs;
  };
}
