import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { bedrockError } from '../errors.ts';
import type { ReceivedRequest } from './credentials.ts';

/** What a signature of AWS, version 4, says of itself. */
export type Signed = {
  accessKeyId: string;
  /** Empty if there is none. */
  sessionToken: string;
  date: string;
  region: string;
  amzDate: string;
  signedHeaders: string[];
  signature: string;
};

const algorithm = 'AWS4-HMAC-SHA256';

/** Reads the header, or throws what is wrong with it. */
export function readAuthorization(headers: IncomingHttpHeaders, authorization: string): Signed {
  if (!new RegExp(`^${algorithm}(\\s|$)`).test(authorization)) {
    throw bedrockError('IncompleteSignatureException', `Authorization header requires '${algorithm}' or 'Bearer'.`);
  }
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(/[,\s]+/)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const),
  );
  const amzDate = text(headers['x-amz-date']);
  const lacking = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !fields.get(name));
  const problems = lacking.map((name) => `Authorization header requires '${name}' parameter.`);
  if (Number.isNaN(timeOf(amzDate))) problems.push("Authorization header requires existence of a 'X-Amz-Date' header.");
  if (problems.length > 0) throw bedrockError('IncompleteSignatureException', problems.join(' '));

  const [accessKeyId = '', date = '', region = '', service, end, ...more] = fields.get('Credential')?.split('/') ?? [];
  const signedHeaders = fields.get('SignedHeaders')?.split(';') ?? [];
  if (end !== 'aws4_request' || more.length > 0) {
    throw bedrockError('IncompleteSignatureException', 'Credential must have exactly 5 slash-delimited elements.');
  }
  if (service !== 'bedrock') {
    throw bedrockError('InvalidSignatureException', "Credential should be scoped to correct service: 'bedrock'.");
  }
  if (date !== amzDate.slice(0, 8)) {
    throw bedrockError(
      'InvalidSignatureException',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  }
  // Over HTTP/2 the AWS SDK signs the host under its name there.
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    throw bedrockError('InvalidSignatureException', "'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const sessionToken = text(headers['x-amz-security-token']);
  const signature = fields.get('Signature') ?? '';
  return { accessKeyId, sessionToken, date, region, amzDate, signedHeaders, signature };
}

/** The signature that the request should have. */
export function signatureOf(
  { date, region, amzDate, signedHeaders }: Signed,
  { method, url, headers, body }: ReceivedRequest,
  secretAccessKey: string,
): string {
  const [path = '', query = ''] = url.split('?', 2);
  const stated = text(headers['x-amz-content-sha256']);
  const payload = stated === 'UNSIGNED-PAYLOAD' ? stated : sha256(body);
  const canonical = [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(headers, name)}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
  const scope = `${date}/${region}/bedrock/aws4_request`;
  const toSign = [algorithm, amzDate, scope, sha256(canonical)].join('\n');
  const key = [date, region, 'bedrock', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

/** `20261126T101500Z` in milliseconds, or `NaN`. */
export function timeOf(amzDate: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  return parts === null ? Number.NaN : Date.parse(amzDate.replace(/^(.{4})(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}

/** Encoded once more, though it is encoded already: so it is for all services but S3. */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/') || '/';
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter(Boolean);
  const encoded = pairs.map((pair) => {
    const at = pair.includes('=') ? pair.indexOf('=') : pair.length;
    return [pair.slice(0, at), pair.slice(at + 1)].map((part) => encode(decode(part)));
  });
  return encoded
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
}

function canonicalValue(headers: IncomingHttpHeaders, name: string): string {
  // HTTP/2 has the host under another name.
  const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined);
  return text(value).trim().replace(/\s+/g, ' ');
}

/** RFC 3986, as AWS has it. */
function encode(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
