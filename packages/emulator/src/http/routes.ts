import { converseLimits } from '@outcrop/converse';
import { adminPath } from '../admin/admin.ts';
import type { Bedrock } from '../bedrock.ts';
import type { Verify } from '../credentials/credentials.ts';
import { wireError } from '../errors.ts';
import {
  serveGetFoundationModel,
  serveGetFoundationModelAvailability,
  serveGetInferenceProfile,
  serveListFoundationModels,
  serveListInferenceProfiles,
} from './control.ts';
import { serveConverse, serveConverseStream } from './converse.ts';
import { serveCountTokens } from './count-tokens.ts';
import { answerPreflight, createExchange, type Exchange, type Request } from './exchange.ts';
import { serveApplyGuardrail, serveInvokeGuardrailChecks } from './guardrails.ts';
import { serveInvokeModel, serveInvokeModelStream } from './invoke.ts';
import type { Handler } from './listen.ts';
import { locate } from './region.ts';

/** Serves one operation. What it throws is the answer, if there is none yet. */
export type Route = (bedrock: Bedrock, exchange: Exchange, labels: Record<string, string>) => Promise<void>;

// An operation that Bedrock has is one more line here; a body of InvokeModel, such as those of embeddings, is one more
// format in `../invoke/formats.ts`.
const routes: [method: string, path: string, route: Route][] = [
  ['POST', '/model/{modelId}/converse', serveConverse],
  ['POST', '/model/{modelId}/converse-stream', serveConverseStream],
  ['POST', '/model/{modelId}/invoke', serveInvokeModel],
  ['POST', '/model/{modelId}/invoke-with-response-stream', serveInvokeModelStream],
  ['POST', '/model/{modelId}/count-tokens', serveCountTokens],
  ['POST', '/guardrail/{guardrailId}/version/{version}/apply', serveApplyGuardrail],
  ['POST', '/guardrail-checks/invoke', serveInvokeGuardrailChecks],
  ['GET', '/foundation-models', serveListFoundationModels],
  ['GET', '/foundation-models/{modelId}', serveGetFoundationModel],
  ['GET', '/foundation-model-availability/{modelId}', serveGetFoundationModelAvailability],
  ['GET', '/inference-profiles', serveListInferenceProfiles],
  ['GET', '/inference-profiles/{profileId}', serveGetInferenceProfile],
];

const patterns = routes.map(([method, path, route]) => ({
  method,
  pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  route,
}));

export type HandlerOptions = {
  /** Answers what switches the emulator itself. */
  admin: Handler;
  /** Of requests that name none. */
  region: string;
  /** Throws if who asks may not. Left out, anybody may. */
  verify: Verify | undefined;
};

/**
 * What answers every request, whatever comes: who asks is looked at first, then what is asked for. What happens to a
 * call of a model from there on stands in `../bedrock.ts`.
 */
export function createHandler(bedrock: Bedrock, { admin, region: usual, verify }: HandlerOptions): Handler {
  async function serve(request: Request, exchange: Exchange, path: string): Promise<void> {
    const { method = '', url = '', headers } = request;
    if (verify) {
      const body = (await exchange.body(converseLimits.requestBytes)) ?? new Uint8Array();
      verify({ method, url, headers, body });
    }
    const found = find(method, path);
    if (found === undefined) throw unknownOperation;
    // A call of a model may be meant by its model or its operation, too.
    const outage = path.startsWith('/model/') ? undefined : bedrock.disturbances.outageIn(exchange.region);
    if (outage) throw outage;
    await found.route(bedrock, exchange, found.labels);
  }

  return (request, response, connection) => {
    if (isAdmin(request.url)) return admin(request, response, connection);
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    const { path, region } = locate(request.url ?? '', request.headers.authorization, usual);
    const requestId = bedrock.newRequestId();
    const exchange = createExchange(request, response, { requestId, region, connection, clock: bedrock });
    // Clients whose clock is off learn the right time from it.
    if (verify) response.setHeader('date', new Date(bedrock.wallNow()).toUTCString());
    serve(request, exchange, path).catch((error: unknown) => {
      if (exchange.signal.aborted) return;
      if (exchange.opened()) exchange.breakOff('reset');
      else if (error === unknownOperation) exchange.json(unknownOperation);
      else exchange.error(wireError(error));
    });
  };
}

function isAdmin(url = ''): boolean {
  return url === adminPath || url.startsWith(`${adminPath}/`) || url.startsWith(`${adminPath}?`);
}

function find(method: string, path: string) {
  for (const { method: wanted, pattern, route } of patterns) {
    const match = wanted === method ? pattern.exec(path) : null;
    const labels = match && decoded(match.groups ?? {});
    if (labels) return { route, labels };
  }
  return undefined;
}

function decoded(labels: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    // A `%` that encodes nothing: no service has such a path.
    return undefined;
  }
}

// Not a status of its own: who sends an ARN with its slash unencoded gets a reply that holds nothing (vercel/ai#17523).
const unknownOperation = {
  Output: { __type: 'com.amazon.coral.service#UnknownOperationException' },
  Version: '1.0',
};
