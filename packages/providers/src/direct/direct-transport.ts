import type { IdentitySource } from '../auth/auth.ts';
import { operations, type Transport, type WireRequest, type WireResponse } from '../wire/transport.ts';
import { type Endpoints, endpointOf, type HostOptions } from './endpoint.ts';
import { type Cryptography, createSign } from './sign.ts';
import { encoded, queryOf } from './uri.ts';

/** A request, addressed and signed. */
export type SignedRequest = Pick<WireRequest, 'signal' | 'onConnected'> & {
  protocol: string;
  hostname: string;
  port: string;
  /** With its query. */
  path: string;
  /** All of the above. */
  href: string;
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array | undefined;
};

export type DirectOptions = HostOptions & {
  send: (request: SignedRequest) => Promise<WireResponse>;
  /** Whether `send` says when the connection stands. */
  reportsConnection: boolean;
  identity: IdentitySource;
  endpoints?: Endpoints | undefined;
  cryptography: Cryptography;
  wallNow: () => number;
  close?: (() => void) | undefined;
};

/** Addresses and signs requests itself. */
export function createDirectTransport(options: DirectOptions): Transport {
  const { send, identity, endpoints = {}, cryptography, wallNow, reportsConnection } = options;
  const sign = createSign(cryptography);
  const bases = new Map<string, Base>();
  // How far the service's clock is ahead of ours, once it has told.
  let skewMs = 0;

  function baseFor(service: 'runtime' | 'control', region: string): Base {
    const key = `${service} ${region}`;
    let base = bases.get(key);
    if (base === undefined) {
      const { origin, protocol, host, hostname, port, pathname } = new URL(
        endpointOf(service, region, endpoints, options),
      );
      base = { origin, protocol, host, hostname, port, pathname: pathname.replace(/\/$/, '') };
      bases.set(key, base);
    }
    return base;
  }

  return {
    reportsConnection,

    async send({ operation, region, labels, query, headers: extra, body, signal, onConnected }) {
      const { service, method, path } = operations[operation];
      const { origin, protocol, host, hostname, port, pathname } = baseFor(service, region);
      const plainPath = `${pathname}${filled(path, labels)}`;
      // A short text goes out together with the headers; a long one would be encoded twice.
      const payload = body !== undefined && body.length > longestText ? utf8.encode(body) : body;
      const headers: Record<string, string> = { host, ...extra };
      if (body !== undefined) headers['content-type'] = 'application/json';
      const who = await identity.get();
      const asks = queryOf(query);
      const unsigned = { method, path: plainPath, query: asks, headers, body: payload };
      const whole = asks === '' ? plainPath : `${plainPath}?${asks}`;
      return send({
        protocol,
        hostname,
        port,
        path: whole,
        href: `${origin}${whole}`,
        method,
        headers:
          who.type === 'api_key'
            ? { ...headers, authorization: `Bearer ${who.apiKey}` }
            : await sign(unsigned, { credentials: who, region, at: wallNow() + skewMs }),
        body: payload,
        signal,
        onConnected,
      });
    },

    async renew({ reason }, { headers }) {
      if (reason !== 'clock') return identity.renew();
      const theirs = Date.parse(headers['date'] ?? '');
      if (Number.isNaN(theirs)) return false;
      skewMs = theirs - wallNow();
      return true;
    },

    close() {
      options.close?.();
    },
  };
}

type Base = Pick<URL, 'origin' | 'protocol' | 'host' | 'hostname' | 'port' | 'pathname'>;

const utf8 = new TextEncoder();
const longestText = 64 * 1024;

/** The path with its labels, each of them encoded as a whole: an ARN's slashes too. */
function filled(path: string, labels: Readonly<Record<string, string>>): string {
  let whole = path;
  for (const [name, label] of Object.entries(labels)) whole = whole.replace(`{${name}}`, () => encoded(label));
  return whole;
}
