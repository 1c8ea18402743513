import { ConverseError, type ConverseRequest, isConverseError, type ModelTraits, type Target } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { prepareRequest } from '../prepare/prepare.ts';
import { type AsideOptions, ask } from '../wire/ask.ts';
import type { Link } from '../wire/connect.ts';
import { encodeCall } from '../wire/speech.ts';

/** How many input tokens a request has. `exact`: the service counted them; else it is an estimate. */
export type TokenCount = { inputTokens: number; exact: boolean };

/** Guesses the tokens of a request. */
export type EstimateTokens = (request: ConverseRequest, traits: ModelTraits) => { tokens: number };

/** What concerns one count. */
export type CountOptions = AsideOptions & { estimateTokens?: EstimateTokens | undefined };

/** Counted by the service for the models that it counts for; estimated for all others. */
export async function countTokens(
  link: Link,
  target: Target,
  request: ConverseRequest,
  { estimateTokens, ...options }: CountOptions,
): Promise<TokenCount> {
  const { id, region, traits, model, route } = target;
  const prepared = prepareRequest(request, traits, link.prepare);
  const estimate = () => ({ inputTokens: Math.round(estimateTokens?.(request, traits).tokens ?? 0), exact: false });
  if (traits.countTokens === false) {
    if (estimateTokens) return estimate();
    const message = `Bedrock doesn't count the tokens of ${model}. Give createBedrock an estimateTokens.`;
    throw new ConverseError('unsupported_feature', message, {
      feature: 'countTokens',
      target: { model, id, region, route },
    });
  }

  const { body } = await encodeCall(prepared, { target, stream: false, loadInvoke: link.loadInvoke });
  const input =
    target.api === 'invoke' ? { invokeModel: { body: base64(body) } } : { converse: countable(prepared.request) };
  const question = {
    operation: 'CountTokens',
    region,
    labels: { modelId: id },
    body: JSON.stringify({ input }),
  } as const;
  try {
    const { inputTokens } = (await ask(link, question, options, { target: { model, id, region, route } })) as Counted;
    if (typeof inputTokens === 'number') return { inputTokens, exact: true };
    throw new ConverseError('malformed_reply', 'The service counted no tokens.', {
      target: { model, id, region, route },
    });
  } catch (error) {
    if (estimateTokens && isConverseError(error) && notCounted.has(error.code)) return estimate();
    throw error;
  }
}

type Counted = { inputTokens?: unknown };

// What a model that is not counted for is refused with: it depends on the id that it was asked by.
const notCounted: ReadonlySet<string> = new Set([
  'unsupported_feature',
  'invalid_request',
  'unknown_model',
  'needs_profile',
]);

function countable({ messages, system, toolConfig, additionalModelRequestFields }: ConverseRequest) {
  return toJson({ messages, system, toolConfig, additionalModelRequestFields });
}

function base64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
