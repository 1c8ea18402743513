import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Delay } from '@outcrop/converse/testing';
import type { WireError } from '../errors.ts';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse;

/** One request and the ways to answer it, the same for both versions of HTTP. */
export type Exchange = {
  requestId: string;
  region: string;
  headers: Request['headers'];
  query: URLSearchParams;
  /** Fires when the client is gone before its answer was written. */
  signal: AbortSignal;
  /** The whole body, read once, or `undefined` if it is longer. Such a one is read too: who still sends hears no answer. */
  body(maxBytes: number): Promise<Buffer | undefined>;
  json(value: unknown, headers?: Headers): void;
  error(error: WireError, headers?: Headers): void;
  /** Sends a whole answer. */
  send(status: number, body: Uint8Array, headers: Headers): void;
  /** Sends the head of an answer. What comes next is a body of any length. */
  open(contentType: string, headers?: Headers): void;
  opened(): boolean;
  /** Writes a piece of the body by itself, and is done when the client has room for another one. */
  write(piece: Uint8Array): Promise<void>;
  end(): void;
  /** With what faults take their time. */
  clock: Clock;
  /** Breaks the connection off, behind what was written. */
  breakOff(how: keyof Connection): void;
};

type Clock = { delay: Delay; wallNow: () => number };

type Headers = Record<string, string | number>;

/** What only who took the connection can do to it. */
export type Connection = {
  /** Resets it. */
  reset(): void;
  /** Resets the one stream of HTTP/2; of HTTP/1.1, all of it. */
  resetStream(): void;
  /** Says goodbye, where HTTP has a word for that, and closes it. */
  drop(): void;
  /** Closes one of HTTP/1.1, where nothing else tells that no more will come. */
  closeHttp1(): void;
};

export type ExchangeOptions = { requestId: string; region: string; connection: Connection; clock: Clock };

export function createExchange(
  request: Request,
  response: Response,
  { requestId, region, connection, clock }: ExchangeOptions,
): Exchange {
  const gone = new AbortController();
  response.on('close', () => {
    // Not `writableFinished`: in HTTP/2 that says yes of any stream that is closed.
    if (!response.writableEnded) gone.abort(new Error('The client is gone.'));
  });
  // Whoever writes learns it from `signal`.
  response.on('error', () => {});

  let reading: Promise<Buffer | undefined> | undefined;

  function head(status: number, headers: Headers): void {
    response.writeHead(status, { 'x-amzn-requestid': requestId, ...crossOrigin(request), ...headers });
  }

  function send(status: number, body: Uint8Array, headers: Headers): void {
    head(status, { 'content-length': body.length, ...headers });
    response.end(body);
  }

  function sendJson(status: number, value: unknown, headers: Headers = {}): void {
    send(status, Buffer.from(JSON.stringify(value)), { 'content-type': 'application/json', ...headers });
  }

  return {
    requestId,
    clock,
    region,
    headers: request.headers,
    query: new URLSearchParams(request.url?.split('?')[1]),
    signal: gone.signal,

    body(maxBytes) {
      reading ??= readBody(request, maxBytes);
      return reading;
    },

    json: (value, headers) => sendJson(200, value, headers),

    error: ({ name, status, message }, headers) =>
      sendJson(status, { message }, { 'x-amzn-errortype': name, ...headers }),

    send,

    open(contentType, headers) {
      head(200, { 'content-type': contentType, ...headers });
      response.flushHeaders();
    },

    async write(piece) {
      if (response.write(piece) || gone.signal.aborted) return;
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        gone.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },

    end() {
      response.end();
    },

    opened: () => response.headersSent,
    breakOff(how) {
      // A reset overtakes what is still in our own buffers.
      if (response.writableEnded) response.once('finish', connection[how]);
      else if (response.headersSent) response.write('', connection[how]);
      else connection[how]();
    },
  };
}

async function readBody(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= maxBytes ? Buffer.concat(chunks) : undefined;
}

const exposedHeaders = [
  'x-amzn-requestid',
  'x-amzn-errortype',
  'x-amzn-bedrock-input-token-count',
  'x-amzn-bedrock-output-token-count',
  'x-amzn-bedrock-cache-read-input-token-count',
  'x-amzn-bedrock-cache-write-input-token-count',
  'x-amzn-bedrock-invocation-latency',
].join(', ');

function crossOrigin({ headers }: Request): Record<string, string> {
  if (headers.origin === undefined) return {};
  return {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': exposedHeaders,
  };
}

/** Answers the question of a browser whether a page may send this. Any page may: it is no service, and knows no secrets. */
export function answerPreflight({ headers }: Request, response: Response): void {
  response.writeHead(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PUT, DELETE, PATCH',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-max-age': '86400',
  });
  response.end();
}
