import { converseLimits } from '@outcrop/converse';
import type { Bedrock } from '../bedrock.ts';
import type { Verify } from '../credentials/credentials.ts';
import { wireError } from '../errors.ts';
import { serveConverse, serveConverseStream } from './converse.ts';
import { answerPreflight, createExchange, type Exchange, type Request } from './exchange.ts';
import type { Handler } from './listen.ts';
import { locate } from './region.ts';

/** Serves one operation. What it throws is the answer, if there is none yet. */
export type Route = (bedrock: Bedrock, exchange: Exchange, labels: Record<string, string>) => Promise<void>;

// An operation that Bedrock has is one more line here.
const routes: [method: string, path: string, route: Route][] = [
  ['POST', '/model/{modelId}/converse', serveConverse],
  ['POST', '/model/{modelId}/converse-stream', serveConverseStream],
];

const patterns = routes.map(([method, path, route]) => ({
  method,
  pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  route,
}));

export type HandlerOptions = {
  /** Of requests that name none. */
  region: string;
  /** Throws if who asks may not. Left out, anybody may. */
  verify: Verify | undefined;
  wallNow: () => number;
};

/** What answers every request, whatever comes. */
export function createHandler(bedrock: Bedrock, { region: usual, verify, wallNow }: HandlerOptions): Handler {
  async function verified(request: Request, exchange: Exchange, path: string): Promise<void> {
    const body = (await exchange.body(converseLimits.requestBytes)) ?? new Uint8Array();
    verify?.({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    return route(request, exchange, path);
  }

  async function route({ method }: Request, exchange: Exchange, path: string): Promise<void> {
    const found = find(method, path);
    if (found === undefined) throw unknownOperation;
    return found.route(bedrock, exchange, found.labels);
  }

  return (request, response, resetConnection) => {
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    const { path, region } = locate(request.url ?? '', request.headers.authorization, usual);
    const exchange = createExchange(request, response, { requestId: bedrock.newRequestId(), region, resetConnection });
    // Clients whose clock is off learn the right time from it.
    if (verify) response.setHeader('date', new Date(wallNow()).toUTCString());
    const answered = verify ? verified(request, exchange, path) : route(request, exchange, path);
    answered.catch((error: unknown) => {
      if (exchange.signal.aborted) return;
      if (exchange.opened()) exchange.reset();
      else exchange.error(error === unknownOperation ? unknownOperation : wireError(error));
    });
  };
}

function find(method: string | undefined, path: string) {
  for (const { method: wanted, pattern, route } of patterns) {
    const labels = wanted === method ? decoded(pattern.exec(path)?.groups) : undefined;
    if (labels !== undefined) return { route, labels };
  }
  return undefined;
}

function decoded(labels: Record<string, string> | undefined): Record<string, string> | undefined {
  try {
    return labels && Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    // A `%` that encodes nothing: no service has such a path.
    return undefined;
  }
}

const unknownOperation = { name: 'UnknownOperationException', status: 404, message: 'The operation is unknown.' };
