import type { Credentials } from '../auth/auth.ts';
import { encoded } from './uri.ts';

/** What requests are signed with. Node's answers at once, a browser's later. */
export type Cryptography = {
  /** SHA-256, in hexadecimal. */
  hash(data: Data): string | Promise<string>;
  /** HMAC with SHA-256. */
  hmac(key: Data, text: string): Uint8Array | Promise<Uint8Array>;
  /** The same, in hexadecimal. */
  hmacHex(key: Data, text: string): string | Promise<string>;
};

type Data = string | Uint8Array;

/** What is signed of a request. */
export type Unsigned = {
  method: string;
  /** As it is sent: its parts are encoded. */
  path: string;
  /** As it is sent, without a question mark, in the order of its names. */
  query: string;
  /** By name in lower case. All of them are signed. */
  headers: Readonly<Record<string, string>>;
  body: Data | undefined;
};

/** Who signs, for where, and when, in milliseconds since 1970. */
export type Signer = { credentials: Credentials; region: string; at: number };

const algorithm = 'AWS4-HMAC-SHA256';
const service = 'bedrock';

/**
 * Signs as AWS Signature Version 4 wants it. Given is the function that gives a request's headers with those that make
 * them signed. The key of a day takes four hashes, so the latest of each region is kept.
 */
export function createSign({ hash, hmac, hmacHex }: Cryptography) {
  const keys = new Map<string, { day: string; secret: string; key: Data }>();

  async function keyFor(day: string, { credentials: { secretAccessKey: secret }, region }: Signer): Promise<Data> {
    const known = keys.get(region);
    if (known?.day === day && known.secret === secret) return known.key;
    let key: Data = `AWS4${secret}`;
    for (const part of [day, region, service, 'aws4_request']) key = await hmac(key, part);
    keys.set(region, { day, secret, key });
    return key;
  }

  return async function sign(request: Unsigned, signer: Signer): Promise<Record<string, string>> {
    const { credentials, region, at } = signer;
    const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const headers: Record<string, string> = { ...request.headers };
    headers['x-amz-date'] = time;
    const bodyHash = await hash(request.body ?? '');
    headers['x-amz-content-sha256'] = bodyHash;
    if (credentials.sessionToken) headers['x-amz-security-token'] = credentials.sessionToken;
    const names = Object.keys(headers).sort();
    const signed = names.join(';');
    const scope = `${day}/${region}/${service}/aws4_request`;
    const canonical = `${request.method}\n${canonicalPath(request.path)}\n${request.query}\n${linesOf(names, headers)}\n${signed}\n${bodyHash}`;
    const toSign = `${algorithm}\n${time}\n${scope}\n${await hash(canonical)}`;
    const signature = await hmacHex(await keyFor(day, signer), toSign);
    headers['authorization'] =
      `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return headers;
  };
}

/** Without what leads nowhere, and with each of its parts encoded once more. */
function canonicalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(encoded(part));
  }
  return `/${parts.join('/')}`;
}

function linesOf(names: readonly string[], headers: Readonly<Record<string, string>>): string {
  let lines = '';
  for (const name of names) {
    const value = (headers[name] as string).replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
    lines += `${name}:${value}\n`;
  }
  return lines;
}
