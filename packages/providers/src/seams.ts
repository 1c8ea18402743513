// Temporary: stand-ins for what src/prepare and src/formats bring. Goes when they are here.
import type {
  ConverseRequest,
  ConverseResponse,
  ConverseStreamEvent,
  ModelTraits,
  TargetName,
  TokenUsage,
  Warning,
} from '@outcrop/converse';
import { ConverseError } from '@outcrop/converse';

export type PreparedRequest = {
  request: ConverseRequest;
  warnings: Warning[];
  restoreReply(reply: ConverseResponse): ConverseResponse;
  restoreEvents(): (event: ConverseStreamEvent) => readonly ConverseStreamEvent[];
};

export function prepareRequest(request: ConverseRequest, _traits: ModelTraits): PreparedRequest {
  return { request, warnings: [], restoreReply: (reply) => reply, restoreEvents: () => (event) => [event] };
}

export type InvokeCounts = Partial<Omit<TokenUsage, 'totalTokens'>> & { latencyMs?: number | undefined };

export type InvokeReplyContext = { request: ConverseRequest; counts?: InvokeCounts | undefined };

export interface InvokeFormat {
  readonly name: string;
  encode(
    request: ConverseRequest,
    context: { traits: ModelTraits; stream: boolean },
  ): { body: unknown; warnings: Warning[] };
  decode(body: unknown, context: InvokeReplyContext): ConverseResponse;
  decodeStream(context: InvokeReplyContext): {
    add(chunk: unknown): readonly ConverseStreamEvent[];
    end(): readonly ConverseStreamEvent[];
  };
}

export function countsInHeaders(_header: (name: string) => string | null | undefined): InvokeCounts {
  return {};
}

export function createFormats(extra: readonly InvokeFormat[]): {
  find(traits: ModelTraits, target: TargetName): InvokeFormat;
} {
  return {
    find(traits, target) {
      const found = extra.find(({ name }) => name === traits.invokeFormat);
      if (found !== undefined) return found;
      throw new ConverseError('unsupported_feature', `${target.model} is spoken to in a format that nobody knows.`, {
        feature: 'invoke',
        target,
      });
    },
  };
}
