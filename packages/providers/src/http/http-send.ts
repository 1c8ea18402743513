import type { Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

/** One signed request, ready to go. */
export type HttpRequest = {
  protocol: string;
  hostname: string;
  port?: string | number | undefined;
  /** With its query. */
  path: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array | NodeJS.ReadableStream | undefined;
  signal?: AbortSignal | undefined;
  onConnected?: (() => void) | undefined;
};

/** Sends over connections that are kept, one request at a time each: HTTP/1.1. */
export type HttpSender = {
  send(request: HttpRequest): Promise<IncomingMessage>;
  close(): void;
};

export type HttpSenderOptions = {
  /** What the connections are made by, such as an agent that knows a proxy. */
  agent?: HttpAgent | HttpsAgent | undefined;
  /** Where proxies are looked up: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. Node 22.21 and newer. */
  env?: NodeJS.ProcessEnv | undefined;
};

// A connection that nobody has used for so long may have been dropped on the way without a word.
const idleConnectionMs = 20_000;
// Nobody means to have a service on this machine asked through a proxy.
const own = 'localhost,127.0.0.1,::1,[::1]';

// Loaded with the first call: to load them takes longer than to load all of this package.
const nodeHttp = () => process.getBuiltinModule('node:http');
const nodeHttps = () => process.getBuiltinModule('node:https');

export function createHttpSender({ agent, env = {} }: HttpSenderOptions = {}): HttpSender {
  const { no_proxy, NO_PROXY = no_proxy } = env;
  // No limit on their number: who calls decides how much is under way at once. The last one used is the freshest.
  const options = {
    keepAlive: true,
    scheduling: 'lifo',
    timeout: idleConnectionMs,
    noDelay: true,
    proxyEnv: { ...env, NO_PROXY: NO_PROXY ? `${NO_PROXY},${own}` : own },
  } as const;
  let plain: HttpAgent | undefined;
  let secure: HttpsAgent | undefined;

  function agentFor(protocol: string): HttpAgent | HttpsAgent {
    if (agent !== undefined) return agent;
    if (protocol === 'http:') {
      plain ??= new (nodeHttp().Agent)(options);
      return plain;
    }
    secure ??= new (nodeHttps().Agent)(options);
    return secure;
  }

  function send(asked: HttpRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { protocol, port, path, method, headers, body, signal, onConnected } = asked;
      // In an address of IPv6 the brackets belong to the URL.
      const hostname = asked.hostname.replace(/^\[|\]$/g, '');
      signal?.throwIfAborted();
      const options: RequestOptions = { protocol, hostname, port, path, method, headers, agent: agentFor(protocol) };
      const request = (protocol === 'http:' ? nodeHttp() : nodeHttps()).request(options);
      const onAbort = () => request.destroy(signal?.reason instanceof Error ? signal.reason : undefined);
      signal?.addEventListener('abort', onAbort);
      let answered = false;
      request.on('close', () => {
        signal?.removeEventListener('abort', onAbort);
        if (!answered) reject(unanswered());
      });
      request.on('error', reject);
      request.on('response', (message) => {
        answered = true;
        resolve(message);
      });
      if (onConnected !== undefined) request.on('socket', (socket) => whenConnected(socket, onConnected));
      if (typeof body === 'object' && 'pipe' in body) body.pipe(request);
      else request.end(body);
    });
  }

  return {
    send,
    close() {
      plain?.destroy();
      secure?.destroy();
    },
  };
}

/** Mostly Node has said why before. Of a switch to another protocol, for which nobody asked, it says nothing. */
function unanswered(): Error {
  return Object.assign(new Error('The connection was closed without an answer.'), { code: 'ECONNRESET' });
}

function whenConnected(socket: Socket, onConnected: () => void): void {
  if (!socket.connecting) onConnected();
  else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onConnected);
}
