import { converseLimits } from '@outcrop/converse';
import { bedrockError } from '../errors.ts';
import { applyBody, applyGuardrail } from '../guardrails/apply.ts';
import { checksBody, guardrailChecks } from '../guardrails/checks.ts';
import { readApiBody } from './api-body.ts';
import type { Exchange } from './exchange.ts';
import type { Route } from './routes.ts';

export const serveApplyGuardrail: Route = async ({ guards }, exchange, { guardrailId = '', version }) => {
  const guardrail = guards.find(guardrailId, version);
  exchange.json(applyGuardrail(readApiBody(await textOf(exchange), applyBody), guardrail));
};

export const serveInvokeGuardrailChecks: Route = async (_, exchange) => {
  exchange.json(guardrailChecks(readApiBody(await textOf(exchange), checksBody)));
};

async function textOf(exchange: Exchange): Promise<string> {
  const body = await exchange.body(converseLimits.requestBytes);
  if (body !== undefined) return body.toString();
  throw bedrockError('ValidationException', 'The request body is larger than 25000000 bytes.');
}
