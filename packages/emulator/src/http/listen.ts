import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Request, Response } from './exchange.ts';

/** Who answers a request. It never throws. */
export type Handler = (request: Request, response: Response, resetConnection: () => void) => void;

export type ListenOptions = { port: number; host: string; handler: Handler };

/** Where it listens, and the way to end it. */
export type Listener = { url: string; port: number; close(): Promise<void> };

/** HTTP/1.1 and HTTP/2 with prior knowledge on one port: the first bytes of a connection tell which one it speaks. */
export async function listen({ port, host, handler }: ListenOptions): Promise<Listener> {
  // Closing an idle connection just when a client takes it again would be a fault that nobody asked for.
  const http1 = createHttp1Server({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
    handler(request, response, () => request.socket.resetAndDestroy());
  });
  // A session of HTTP/2 hides the socket that it stands on.
  const socketOf = new WeakMap<object, Socket>();
  const http2 = createHttp2Server((request, response) => {
    const { session } = request.stream;
    // Its response has all that one of HTTP/1.1 has, and its type doesn't say so.
    handler(request, response as unknown as Response, () => session && socketOf.get(session)?.resetAndDestroy());
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client may go away at any time; whoever serves it hears of that by other means.
    socket.on('error', () => {});
    sniff(socket, (isHttp2) => {
      if (isHttp2) http2.once('session', (session) => socketOf.set(session, socket));
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
  });

  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await listening;

  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
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
