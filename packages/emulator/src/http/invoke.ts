import type { ConverseRequest, ConverseResponse, GuardrailConfig, ServiceTier } from '@outcrop/converse';
import { reply } from '@outcrop/converse/testing';
import { bedrockError } from '../errors.ts';
import { isFault } from '../faults.ts';
import { createInvokeCall } from '../invoke/invocation.ts';
import { breakOff } from './break-off.ts';
import { arrival, sendStream } from './converse.ts';
import type { Exchange } from './exchange.ts';
import { createChunkEncoder } from './frames.ts';
import type { Route } from './routes.ts';

export const serveInvokeModel: Route = async (bedrock, exchange, { modelId }) => {
  const came = await arrival('InvokeModel', exchange, modelId);
  const place = bedrock.models.find(came.modelId, came.region);
  const { read, write } = createInvokeCall({ ...came, place }, extrasIn(exchange.headers));
  const answer = await bedrock.converse({ ...came, read });
  if (!isFault(answer)) return exchange.json(write(answer), countsOf(answer));
  await breakOff(answer, exchange, Buffer.from(JSON.stringify(write(answer.reply ?? someReply))));
};

export const serveInvokeModelStream: Route = async (bedrock, exchange, { modelId }) => {
  const came = await arrival('InvokeModelWithResponseStream', exchange, modelId);
  const place = bedrock.models.find(came.modelId, came.region);
  const { read, chunks } = createInvokeCall({ ...came, place }, extrasIn(exchange.headers));
  const events = await bedrock.converseStream({ ...came, read });
  const encode = createChunkEncoder();
  const { of, last } = chunks();
  await sendStream(events, exchange, {
    frames: (event) => of(event).map(encode),
    last: () => last().map(encode),
    damaged: () => encode({ type: 'broken' }),
    headers: { 'x-amzn-bedrock-content-type': 'application/json' },
  });
};

const someReply = reply('broken');

/** What stands in headers here, and in the body of a Converse request. */
function extrasIn(headers: Exchange['headers']): Partial<ConverseRequest> {
  const header = (name: string) => {
    const value = headers[`x-amzn-bedrock-${name}`];
    return typeof value === 'string' ? value : undefined;
  };
  const guardrailIdentifier = header('guardrailidentifier');
  const latency = header('performanceconfig-latency');
  const tier = header('service-tier');
  const metadata = header('request-metadata');
  return {
    ...(guardrailIdentifier !== undefined && {
      guardrailConfig: {
        guardrailIdentifier,
        guardrailVersion: header('guardrailversion'),
        trace: header('trace')?.toLowerCase() as GuardrailConfig['trace'],
      },
    }),
    ...(latency !== undefined && { performanceConfig: { latency: latency as 'standard' | 'optimized' } }),
    ...(tier !== undefined && { serviceTier: { type: tier as ServiceTier['type'] } }),
    ...(metadata !== undefined && { requestMetadata: readMetadata(metadata) }),
  };
}

function readMetadata(header: string): Record<string, string> {
  try {
    const pairs: unknown = JSON.parse(header);
    const isFlat = typeof pairs === 'object' && pairs !== null && !Array.isArray(pairs);
    if (isFlat && Object.values(pairs).every((value) => typeof value === 'string'))
      return pairs as Record<string, string>;
  } catch {
    // Its own error quotes the header.
  }
  throw bedrockError('ValidationException', 'The request metadata has to be a JSON object of strings.');
}

function countsOf({ usage, metrics: { latencyMs = 0 } }: ConverseResponse): Record<string, string> {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage;
  const counts = {
    'input-token-count': inputTokens,
    'output-token-count': outputTokens,
    'cache-read-input-token-count': cacheReadInputTokens,
    'cache-write-input-token-count': cacheWriteInputTokens,
    'invocation-latency': latencyMs,
  };
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  return Object.fromEntries(known.map(([name, count]) => [`x-amzn-bedrock-${name}`, String(count)]));
}
