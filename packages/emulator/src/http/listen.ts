import { createServer as createHttp1Server } from 'node:http';
import { constants, createServer as createHttp2Server, type Http2Session, type Http2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
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
    const close = () => request.socket.destroySoon();
    handler(request, response, { reset, resetStream: reset, drop: close, closeHttp1: close });
  });
  const http2 = createHttp2Server((request, response) => {
    const { session } = request.stream;
    // Its response has all that one of HTTP/1.1 has, and its type doesn't say so.
    handler(request, response as unknown as Response, {
      reset: () => session && resetLowest(session),
      resetStream: () => resetStream(request.stream),
      drop: () => session && dropSession(session),
      closeHttp1: () => {},
    });
  });

  function resetLowest(above: object): void {
    lowest.get(above)?.resetAndDestroy();
  }

  function serve(socket: Socket, raw: Socket): void {
    lowest.set(socket, raw);
    sniff(socket, (isHttp2) => {
      if (!isHttp2) return void http1.emit('connection', socket);
      const remember = (session: object) => lowest.set(session, raw);
      http2.once('session', remember);
      http2.emit('connection', socket);
      // There may have been no session: the next one is of another socket.
      http2.off('session', remember);
    });
  }

  const sockets = new Map<string, Socket>();
  const secure = tls && createTlsServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] });
  secure?.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    const raw = sockets.get(peerOf(socket));
    if (raw) serve(socket, raw);
  });
  const server = createServer({ noDelay: true }, (socket) => {
    const peer = peerOf(socket);
    sockets.set(peer, socket);
    socket.on('close', () => sockets.get(peer) === socket && sockets.delete(peer));
    // A client may go away at any time; whoever serves it hears of that by other means.
    socket.on('error', () => {});
    if (secure) secure.emit('connection', socket);
    else serve(socket, socket);
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
      for (const socket of sockets.values()) socket.destroy();
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

/** Who is at the other end: of a socket with TLS and of the one below it, the same. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function dropSession(session: Http2Session): void {
  session.goaway(constants.NGHTTP2_NO_ERROR);
  // What is destroyed at once says nothing more, not even goodbye.
  setImmediate(() => session.destroy());
}

function resetStream(stream: Http2Stream): void {
  // In the turn in which the headers were written, Node would send the end of a stream that is gone, and abort itself.
  setImmediate(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
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
