import type { SignatureV4 } from '@smithy/signature-v4';
import type { HashConstructor } from '@smithy/types';
import type { IdentitySource } from '../auth/auth.ts';
import { operations, type Transport, type WireRequest, type WireResponse } from '../wire/transport.ts';
import { type Endpoints, endpointOf, type HostOptions } from './endpoint.ts';

/** A request, addressed and signed. */
export type SignedRequest = Pick<WireRequest, 'signal' | 'onConnected'> & {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: Uint8Array | undefined;
};

export type DirectOptions = HostOptions & {
  send: (request: SignedRequest) => Promise<WireResponse>;
  /** Whether `send` says when the connection stands. */
  reportsConnection: boolean;
  identity: IdentitySource;
  endpoints?: Endpoints | undefined;
  /** The hash that requests are signed with. */
  sha256: HashConstructor;
  wallNow: () => number;
  close?: (() => void) | undefined;
};

/** Addresses and signs requests itself. */
export function createDirectTransport(options: DirectOptions): Transport {
  const { send, identity, endpoints = {}, sha256, wallNow, reportsConnection } = options;
  const signers = new Map<string, Promise<SignatureV4>>();
  const bases = new Map<string, URL>();
  // How far the service's clock is ahead of ours, once it has told.
  let skewMs = 0;

  function signerFor(region: string): Promise<SignatureV4> {
    let signer = signers.get(region);
    if (signer === undefined) {
      signer = makeSigner(region);
      signers.set(region, signer);
    }
    return signer;
  }

  // Loaded by who signs: an API key needs none of it.
  async function makeSigner(region: string): Promise<SignatureV4> {
    const { SignatureV4 } = await import('@smithy/signature-v4');
    return new SignatureV4({ service: 'bedrock', region, sha256, credentials: latest });
  }

  async function latest() {
    const found = await identity.get();
    if (found.type !== 'credentials') throw new TypeError('An API key signs nothing.');
    const { accessKeyId, secretAccessKey, sessionToken } = found;
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  }

  function baseFor(service: 'runtime' | 'control', region: string): URL {
    const key = `${service} ${region}`;
    let base = bases.get(key);
    if (base === undefined) {
      base = new URL(endpointOf(service, region, endpoints, options));
      bases.set(key, base);
    }
    return base;
  }

  return {
    reportsConnection,

    async send({ operation, region, labels, query = {}, headers: extra, body, signal, onConnected }) {
      const { service, method, path } = operations[operation];
      const base = baseFor(service, region);
      const url = new URL(base);
      url.pathname = `${base.pathname.replace(/\/$/, '')}${filled(path, labels)}`;
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const bytes = body === undefined ? undefined : utf8.encode(body);
      const headers: Record<string, string> = { host: url.host, accept: '*/*', ...extra };
      if (bytes !== undefined) headers['content-type'] = 'application/json';

      if (identity.type === 'api_key') {
        const found = await identity.get();
        if (found.type === 'api_key') headers['authorization'] = `Bearer ${found.apiKey}`;
      } else {
        const { protocol, hostname, pathname } = url;
        const unsigned = { protocol, hostname, method, path: pathname, query: { ...query }, headers, body: bytes };
        const signer = await signerFor(region);
        const signed = await signer.sign(unsigned, { signingDate: new Date(wallNow() + skewMs) });
        Object.assign(headers, signed.headers);
      }
      return send({ url, method, headers, body: bytes, signal, onConnected });
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

const utf8 = new TextEncoder();

/** The path with its labels, each of them encoded as a whole: an ARN's slashes too. */
function filled(path: string, labels: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const label = labels[name] ?? '';
    return encodeURIComponent(label).replace(
      /[!'()*]/g,
      (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  });
}
