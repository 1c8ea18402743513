import { createServer as createHttp1Server } from 'node:http';
import { constants, createServer as createHttp2Server, type Http2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Connection, Request, Response } from './exchange.ts';

/** Who answers a request. It never throws. */
export type Handler = (request: Request, response: Response, connection: Connection) => void;

/** A key and its certificate in PEM. */
export type TlsOptions = { key: string | Buffer; cert: string | Buffer };

export type ListenOptions = { port: number; host: string; handler: Handler; tls?: TlsOptions | undefined };

/** Where it listens, and the ways to end it. */
export type Listener = {
  url: string;
  port: number;
  /** Breaks off all connections, and lets none in until `reopen`. */
  shut(): Promise<void>;
  /** Rejects if somebody else has taken the port by now. */
  reopen(): Promise<void>;
  close(): Promise<void>;
};

/**
 * HTTP/1.1 and HTTP/2 on one port, in the clear or with TLS: the first bytes of a connection tell which one it speaks,
 * so that HTTP/2 with prior knowledge and with ALPN are one thing.
 */
export async function listen({ port, host, handler, tls }: ListenOptions): Promise<Listener> {
  // TLS hides the socket that it stands on, and so does a session of HTTP/2.
  const lowest = new WeakMap<object, Socket>();

  // Closing an idle connection just when a client takes it again would be a fault that nobody asked for.
  const http1 = createHttp1Server({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
    const reset = () => resetLowest(request.socket);
    handler(request, response, { reset, resetStream: reset, drop: () => request.socket.destroySoon() });
  });
  const http2 = createHttp2Server((request, response) => {
    const { session } = request.stream;
    // Its response has all that one of HTTP/1.1 has, and its type doesn't say so.
    handler(request, response as unknown as Response, {
      reset: () => session && resetLowest(session),
      resetStream: () => resetStream(request.stream),
      drop: () => session?.destroy(undefined, constants.NGHTTP2_NO_ERROR),
    });
  });

  function resetLowest(above: object): void {
    const socket = lowest.get(above);
    if (socket) socket.resetAndDestroy();
  }

  const secureContext = tls && createSecureContext(tls);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (raw) => {
    sockets.add(raw);
    raw.on('close', () => sockets.delete(raw));
    // A client may go away at any time; whoever serves it hears of that by other means.
    raw.on('error', () => {});
    const socket = secureContext ? new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols }) : raw;
    if (socket !== raw) socket.on('error', () => raw.destroy());
    lowest.set(socket, raw);
    sniff(socket, (isHttp2) => {
      if (isHttp2) http2.once('session', (session) => lowest.set(session, raw));
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
  });

  function open(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  function shut(): Promise<void> {
    return new Promise((closed) => {
      server.close(() => closed());
      for (const socket of sockets) socket.destroy();
    });
  }

  await open(port);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
    port: address.port,
    shut,
    reopen: () => open(address.port),
    close: shut,
  };
}

const ALPNProtocols = ['h2', 'http/1.1'];

function resetStream(stream: Http2Stream): void {
  stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}

// RFC 9113, 3.4: what every HTTP/2 connection begins with.
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

function sniff(socket: Socket, found: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);

  function look(): void {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) head = Buffer.concat([head, chunk]);
    const length = Math.min(head.length, preface.length);
    const fits = head.subarray(0, length).equals(preface.subarray(0, length));
    // The preface may come in several pieces, and no request of HTTP/1.1 begins with all of it.
    if (fits && length < preface.length) return;
    socket.off('readable', look);
    socket.unshift(head);
    found(fits);
  }

  socket.on('readable', look);
}
