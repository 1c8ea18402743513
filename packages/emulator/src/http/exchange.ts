import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { WireError } from '../errors.ts';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse;

/** One request and the ways to answer it, the same for both versions of HTTP. */
export type Exchange = {
  requestId: string;
  region: string;
  /** Fires when the client is gone before its answer was written. */
  signal: AbortSignal;
  /** The whole body, read once, or `undefined` if it is longer. Such a one is read too: who still sends hears no answer. */
  body(maxBytes: number): Promise<Buffer | undefined>;
  json(value: unknown): void;
  error(error: WireError): void;
  /** Sends the head of an answer. What comes next is a body of any length. */
  open(contentType: string): void;
  opened(): boolean;
  /** Writes a piece of the body by itself, and is done when the client has room for another one. */
  write(piece: Uint8Array): Promise<void>;
  end(): void;
  /** Resets the connection, behind what was written. */
  reset(): void;
};

/** What only who took the connection knows. */
export type Connection = { requestId: string; region: string; resetConnection: () => void };

export function createExchange(
  request: Request,
  response: Response,
  { requestId, region, resetConnection }: Connection,
): Exchange {
  const gone = new AbortController();
  response.on('close', () => {
    // Not `writableFinished`: in HTTP/2 that says yes of any stream that is closed.
    if (!response.writableEnded) gone.abort(new Error('The client is gone.'));
  });
  // Whoever writes learns it from `signal`.
  response.on('error', () => {});

  let reading: Promise<Buffer | undefined> | undefined;

  function head(status: number, headers: Record<string, string | number>): void {
    response.writeHead(status, { 'x-amzn-requestid': requestId, ...crossOrigin(request), ...headers });
  }

  function send(status: number, value: unknown, headers: Record<string, string> = {}): void {
    const body = Buffer.from(JSON.stringify(value));
    head(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
    response.end(body);
  }

  return {
    requestId,
    region,
    signal: gone.signal,

    body(maxBytes) {
      reading ??= readBody(request, maxBytes);
      return reading;
    },

    json: (value) => send(200, value),

    error: ({ name, status, message }) => send(status, { message }, { 'x-amzn-errortype': name }),

    open(contentType) {
      head(200, { 'content-type': contentType });
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
    reset() {
      // A reset overtakes what is still in our own buffers.
      if (response.headersSent) response.write('', resetConnection);
      else resetConnection();
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

function crossOrigin({ headers }: Request): Record<string, string> {
  if (headers.origin === undefined) return {};
  return {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'x-amzn-requestid, x-amzn-errortype',
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
