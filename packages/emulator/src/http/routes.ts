import { adminPath } from '../admin/admin.ts';
import type { Bedrock } from '../bedrock.ts';
import { wireError } from '../errors.ts';
import { serveConverse, serveConverseStream } from './converse.ts';
import { answerPreflight, createExchange, type Exchange } from './exchange.ts';
import type { Handler } from './listen.ts';

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

/** What answers every request, whatever comes. */
export function createHandler(bedrock: Bedrock, admin: Handler): Handler {
  return (request, response, connection) => {
    if (isAdmin(request.url)) return admin(request, response, connection);
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    const exchange = createExchange(request, response, {
      requestId: bedrock.newRequestId(),
      connection,
      clock: bedrock,
    });
    const found = find(request.method, request.url);
    const answered = found ? found.route(bedrock, exchange, found.labels) : Promise.reject(unknownOperation);
    answered.catch((error: unknown) => {
      if (exchange.signal.aborted) return;
      if (exchange.opened()) exchange.breakOff('reset');
      else exchange.error(error === unknownOperation ? unknownOperation : wireError(error));
    });
  };
}

function isAdmin(url = ''): boolean {
  return url === adminPath || url.startsWith(`${adminPath}/`) || url.startsWith(`${adminPath}?`);
}

function find(method: string | undefined, url = '') {
  const [path = ''] = url.split('?', 1);
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
