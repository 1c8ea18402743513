import type { CitationLocation, Role } from './content.ts';
import type { ConverseTrace } from './guardrail.ts';
import type { ImageFormat, MediaError, MediaSource } from './media.ts';
import type { JsonValue, OneOf } from './one-of.ts';
import type { StopReason } from './reply.ts';
import type { PerformanceConfig, ServiceTier } from './request.ts';
import type { TokenUsage } from './usage.ts';

/**
 * One event of a streamed reply, with exactly one key. The service's exceptions are no events here: they are thrown.
 * An event of a kind that Bedrock adds after this release is handed on as it came.
 */
export type ConverseStreamEvent = OneOf<ConverseStreamEvents>;

/** Every kind of event by its key, in the order in which they come. `metadata` comes after `messageStop`. */
export type ConverseStreamEvents = {
  messageStart: { role: Role };
  contentBlockStart: { contentBlockIndex: number; start: ContentBlockStart };
  contentBlockDelta: { contentBlockIndex: number; delta: ContentBlockDelta };
  contentBlockStop: { contentBlockIndex: number };
  messageStop: { stopReason: StopReason; additionalModelResponseFields?: JsonValue | undefined };
  metadata: {
    usage: TokenUsage;
    metrics: { latencyMs: number };
    trace?: ConverseTrace | undefined;
    performanceConfig?: PerformanceConfig | undefined;
    serviceTier?: ServiceTier | undefined;
  };
};

/** The start of a block. Text and reasoning have none: their first delta is their start. */
export type ContentBlockStart = OneOf<{
  toolUse: { toolUseId: string; name: string; type?: 'server_tool_use' | undefined };
  toolResult: { toolUseId: string; type?: string | undefined; status?: 'success' | 'error' | undefined };
  image: { format: ImageFormat };
}>;

/** A piece of a block. */
export type ContentBlockDelta = OneOf<{
  text: string;
  /** A piece of the input's JSON, cut anywhere. */
  toolUse: { input: string };
  reasoningContent: ReasoningDelta;
  citation: CitationDelta;
  image: { source?: MediaSource | undefined; error?: MediaError | undefined };
  toolResult: OneOf<{ text: string; json: JsonValue }>[];
}>;

/** A piece of what the model thinks, or the signature that closes it. */
export type ReasoningDelta = OneOf<{ text: string; signature: string; redactedContent: Uint8Array }>;

/** A source of the text of the same block. */
export type CitationDelta = {
  title?: string | undefined;
  source?: string | undefined;
  sourceContent?: { text?: string | undefined }[] | undefined;
  location?: CitationLocation | undefined;
};
