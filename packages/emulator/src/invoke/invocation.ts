import {
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  type ConverseStreamEvents,
  noUsage,
  type TokenUsage,
} from '@outcrop/converse';
import { bedrockError } from '../errors.ts';
import type { Place } from '../models.ts';
import { inputTokensOf } from '../tokens.ts';
import { newerClaude } from './claude/claude.ts';
import type { InvokeFormat } from './format.ts';
import { formatOf } from './formats.ts';

/** One call of InvokeModel: how its body is read, and how its reply is written, which is for later. */
export type InvokeCall = {
  /** The body as JSON, and what it asks for. Throws what Bedrock says of a body that it refuses. */
  read(): { body: unknown; request: ConverseRequest };
  /** The body of the reply. */
  write(reply: ConverseResponse): object;
  /** What turns the events of a stream into the chunks of one. */
  chunks(): Chunks;
};

/** The chunks of one stream. */
type Chunks = {
  of(event: ConverseStreamEvent): object[];
  /** What is left when no more events come: the end of a message whose `metadata` never came. */
  last(): object[];
};

/** A body of InvokeModel, as the family of the model writes it. `extras` is what the headers ask for. */
export function createInvokeCall(
  { place, requestId, body: text }: { place: Place; requestId: string; body: string },
  extras: Partial<ConverseRequest>,
): InvokeCall {
  const { modelId } = place;
  let format: InvokeFormat = newerClaude;
  let request: ConverseRequest = {};
  const invocation = () => ({ modelId, requestId, request, inputTokens: inputTokensOf(request) });

  return {
    read() {
      const body = parse(text);
      format = formatOf(place, body);
      request = { ...format.read(body), ...extras };
      return { body, request };
    },

    write: (reply) => ({ ...format.write(reply, invocation()), ...guardrailKeys(request, reply) }),

    chunks() {
      const writer = format.stream(invocation());
      let stop: ConverseStreamEvents['messageStop'] | undefined;

      function end(usage: TokenUsage, extra: object): object[] {
        if (stop === undefined) return [];
        const chunks = writer.end({ ...stop, usage });
        stop = undefined;
        const last = chunks.pop();
        return [...chunks, { ...last, ...extra }];
      }

      return {
        of(event) {
          if (event.messageStop) {
            stop = event.messageStop;
            return [];
          }
          if (!event.metadata) return writer.add(event);
          const { usage, metrics } = event.metadata;
          const guarded = guardrailKeys(request, { stopReason: stop?.stopReason ?? '', ...event.metadata });
          return end(usage, { ...guarded, 'amazon-bedrock-invocationMetrics': invocationMetrics(usage, metrics) });
        },
        last: () => end(noUsage, {}),
      };
    },
  };
}

// Deeper than any schema or document that a model is shown, shallow enough to be walked.
const maxDepth = 512;

function parse(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (isShallow(body)) return body;
  } catch {
    // The parser's own error quotes the text.
  }
  const message = 'Malformed input request, please reformat your input and try again.';
  throw bedrockError('ValidationException', message);
}

function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < maxDepth; depth++) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return true;
  }
  return false;
}

/** What Bedrock adds to the body of a call with a guardrail. */
function guardrailKeys(
  { guardrailConfig }: ConverseRequest,
  { stopReason, trace }: Pick<ConverseResponse, 'stopReason' | 'trace'>,
): object {
  if (guardrailConfig === undefined) return {};
  return {
    'amazon-bedrock-guardrailAction': stopReason === 'guardrail_intervened' ? 'INTERVENED' : 'NONE',
    ...(trace && { 'amazon-bedrock-trace': trace }),
  };
}

function invocationMetrics(usage: TokenUsage, { latencyMs }: { latencyMs: number }): object {
  const { cacheReadInputTokens, cacheWriteInputTokens } = usage;
  return {
    inputTokenCount: usage.inputTokens,
    outputTokenCount: usage.outputTokens,
    invocationLatency: latencyMs,
    firstByteLatency: latencyMs,
    ...(cacheReadInputTokens !== undefined && { cacheReadInputTokenCount: cacheReadInputTokens }),
    ...(cacheWriteInputTokens !== undefined && { cacheWriteInputTokenCount: cacheWriteInputTokens }),
  };
}
