import type { Message } from './content.ts';
import type { ConverseErrorJson } from './errors.ts';
import type { ConverseStreamEvent } from './events.ts';
import type { ConverseTrace } from './guardrail.ts';
import type { JsonValue, Open } from './one-of.ts';
import type { PerformanceConfig, ServiceTier } from './request.ts';
import type { TargetName } from './target.ts';
import type { TokenUsage } from './usage.ts';

/**
 * Bedrock's reply, plus what Outcrop adds to it. The added fields are optional: who answers fills in what it knows.
 * It is plain data, so it can be stored and sent as JSON (`@outcrop/converse/json`).
 */
export type ConverseResponse = {
  output: { message: Message };
  stopReason: StopReason;
  usage: TokenUsage;
  metrics: CallMetrics;
  additionalModelResponseFields?: JsonValue | undefined;
  trace?: ConverseTrace | undefined;
  performanceConfig?: PerformanceConfig | undefined;
  serviceTier?: ServiceTier | undefined;

  /** Who answered. */
  servedBy?: TargetName | undefined;
  /** Every try that this reply took, the last one included. */
  attempts?: Attempt[] | undefined;
  /** Whatever was repaired, dropped, clamped, switched off or not understood on the way. */
  warnings?: Warning[] | undefined;
  /** What all the attempts cost together. */
  cost?: Cost | undefined;
  /** The tool calls that did not arrive whole. None of them may be run, and `toolUsesOf` hands none of them out. */
  incomplete?: IncompleteBlock[] | undefined;
  /** Stream events of a kind that this release does not know, as they came. */
  unknownEvents?: ConverseStreamEvent[] | undefined;
};

/** As much of a reply as had arrived when it broke. What did not come is missing, not invented. */
export type PartialResponse = Omit<ConverseResponse, 'stopReason' | 'usage'> & {
  stopReason?: StopReason | undefined;
  usage?: TokenUsage | undefined;
};

/** Why the model stopped. Open: models add their own. */
export type StopReason = Open<
  | 'end_turn'
  | 'tool_use'
  | 'max_tokens'
  | 'stop_sequence'
  | 'guardrail_intervened'
  | 'content_filtered'
  | 'malformed_model_output'
  | 'malformed_tool_use'
  | 'model_context_window_exceeded'
>;

/** How long it took. `latencyMs` is the service's own figure, the others are the caller's. */
export type CallMetrics = {
  latencyMs?: number | undefined;
  totalMs?: number | undefined;
  timeToFirstTokenMs?: number | undefined;
  outputTokensPerSecond?: number | undefined;
};

/** One try of one target: the last one of a reply has no `error`, all the others have. */
export type Attempt = {
  target: TargetName;
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  /** How long it waited for room before it started. */
  waitedMs?: number | undefined;
  usage?: TokenUsage | undefined;
  error?: ConverseErrorJson | undefined;
};

/** Something that the caller did not ask for and should know. */
export type Warning = {
  /** For programs, such as `unknown_event` or `usage_missing`. */
  code: string;
  /** For people: what was done and why. */
  message: string;
  /** Where in the request or the reply, such as `messages[2].content[0]`. */
  path?: string | undefined;
};

/** The price of the call, and whether all of it is known. A price of zero is a price. */
export type Cost = {
  usd: number;
  status: 'priced' | 'partial' | 'no_price';
  /** What is not known, unless all is priced. */
  reason?: string | undefined;
};

/** A tool call that cannot be trusted. */
export type IncompleteBlock = {
  /** Its place in the reply's content. */
  contentIndex: number;
  /** `cut`: the block never ended. `invalid_json`: its input is no JSON object. `no_start`: its name and id never came. */
  reason: 'cut' | 'invalid_json' | 'no_start';
};
