import type { IncomingMessage } from 'node:http';
import type { HttpRequest, HttpSender } from '../http/http-send.ts';
import type { WireResponse } from '../wire/transport.ts';

/** A request as the AWS SDK has signed it. */
export type SdkRequest = {
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  method: string;
  query?: Record<string, string | string[] | null> | undefined;
  headers: Record<string, string>;
  body?: string | Uint8Array | NodeJS.ReadableStream | undefined;
};

/** An answer as the AWS SDK wants it. */
export type SdkResponse = {
  statusCode: number;
  headers: Record<string, string>;
  body?: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array | string | undefined;
};

/** What the AWS SDK calls a request handler: its own, such as `NodeHttp2Handler`, fit. */
export type RequestHandler = {
  /** Sends a request that is signed already. */
  handle(
    // Each handler has a class of its own for it, and all of them have these fields.
    request: never,
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ response: SdkResponse }>;
  /** Closes its connections. */
  destroy?(): void;
};

/** Our own connections as a request handler, for calls that do not come through us. */
export function createRequestHandler(sender: HttpSender): RequestHandler & { metadata: object } {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest, { abortSignal } = {}) {
      const message = await sender.send({ ...addressOf(request), signal: abortSignal });
      return { response: { statusCode: message.statusCode ?? 0, headers: headersOf(message), body: message } };
    },
    destroy() {},
    ...{ updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) },
  };
}

/** The request as our connections take it. */
export function addressOf({ protocol, hostname, port, path, query, method, headers, body }: SdkRequest): HttpRequest {
  const address = { protocol, hostname, port, method, headers, body };
  return { ...address, path: `${path}${searchOf(query)}` };
}

function searchOf(query: SdkRequest['query'] = {}): string {
  const given = Object.entries(query);
  if (given.length === 0) return '';
  const search = new URLSearchParams();
  for (const [name, value] of given) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) search.append(name, each);
  }
  // As it was signed: a space is no plus there.
  const text = search.toString().replaceAll('+', '%20');
  return text === '' ? '' : `?${text}`;
}

export function headersOf(message: IncomingMessage): Record<string, string> {
  // Only `set-cookie` comes as a list, and nobody here wants one.
  return message.headers as Record<string, string>;
}

/** The answer of any handler, read alike. */
export function wireResponse({ statusCode, headers, body }: SdkResponse): WireResponse {
  return { status: statusCode, headers: lowerCase(headers), body: iterable(body) };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function iterable(body: SdkResponse['body']): AsyncIterable<Uint8Array> {
  if (typeof body === 'string') return once(new TextEncoder().encode(body));
  if (body === undefined || body instanceof Uint8Array) return once(body);
  const chunks = body as AsyncIterable<Uint8Array>;
  return 'rstCode' in body ? untilReset(chunks as Http2Body) : chunks;
}

/** The stream of `node:http2`, by the number that it was ended with: 0 if it came to its own end. */
type Http2Body = AsyncIterable<Uint8Array> & { rstCode: number };

/** Node ends a stream whose connection has gone as if it were whole. */
async function* untilReset(body: Http2Body): AsyncGenerator<Uint8Array> {
  yield* body;
  if (body.rstCode === 0) return;
  const message = `The stream of HTTP/2 was ended with code ${body.rstCode} before the answer was over.`;
  throw Object.assign(new Error(message), { code: 'ECONNRESET' });
}

async function* once(bytes: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (bytes !== undefined) yield bytes;
}
