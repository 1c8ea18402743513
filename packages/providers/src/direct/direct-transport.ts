import type { SignatureV4 } from '@smithy/signature-v4';
import type { IdentitySource } from '../auth/auth.ts';
import { operations, type Transport, type WireRequest, type WireResponse } from '../wire/transport.ts';
import { type Endpoints, endpointOf, type HostOptions } from './endpoint.ts';

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
  /** The hash that requests are signed with. */
  sha256: ConstructorParameters<typeof SignatureV4>[0]['sha256'];
  wallNow: () => number;
  close?: (() => void) | undefined;
};

/** Addresses and signs requests itself. */
export function createDirectTransport(options: DirectOptions): Transport {
  const { send, identity, endpoints = {}, sha256, wallNow, reportsConnection } = options;
  const signers = new Map<string, Promise<SignatureV4>>();
  const bases = new Map<string, Base>();
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

      if (identity.type === 'api_key') {
        const found = await identity.get();
        if (found.type === 'api_key') headers['authorization'] = `Bearer ${found.apiKey}`;
      } else {
        const unsigned = { protocol, hostname, method, path: plainPath, query: { ...query }, headers, body: payload };
        const signer = await signerFor(region);
        const signed = await signer.sign(unsigned, { signingDate: new Date(wallNow() + skewMs) });
        Object.assign(headers, signed.headers);
      }
      const whole = `${plainPath}${searchOf(query)}`;
      const address = { protocol, hostname, port, path: whole, href: `${origin}${whole}` };
      return send({ ...address, method, headers, body: payload, signal, onConnected });
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

function encoded(label: string): string {
  const text = encodeURIComponent(label);
  if (!leftByTheEncoder.test(text)) return text;
  return text.replace(leftEach, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

const leftByTheEncoder = /[!'()*]/;
const leftEach = /[!'()*]/g;

function searchOf(query: Readonly<Record<string, string>> | undefined): string {
  if (query === undefined) return '';
  return `?${Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')}`;
}
