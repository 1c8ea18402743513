import type { CachePoint, GuardContent, Message } from './content.ts';
import type { JsonValue, OneOf } from './one-of.ts';

/**
 * A Converse request without model and region: those are bound where a {@link Converse} is made, so that one request
 * can go to many.
 */
export type ConverseRequest = {
  messages?: Message[] | undefined;
  system?: SystemBlock[] | undefined;
  inferenceConfig?: InferenceConfig | undefined;
  toolConfig?: ToolConfig | undefined;
  guardrailConfig?: GuardrailConfig | undefined;
  outputConfig?: OutputConfig | undefined;
  /** What only this model understands, such as `top_k` or `anthropic_beta`. */
  additionalModelRequestFields?: JsonValue | undefined;
  /** At most ten JSON pointers, such as `/stop_sequence`. */
  additionalModelResponseFieldPaths?: string[] | undefined;
  /** Only with the ARN of a managed prompt, which then forbids most other fields. */
  promptVariables?: Record<string, OneOf<{ text: string }>> | undefined;
  /** At most 16 pairs. They land in the invocation log. */
  requestMetadata?: Record<string, string> | undefined;
  performanceConfig?: PerformanceConfig | undefined;
  serviceTier?: ServiceTier | undefined;
};

/** One piece of the system prompt. */
export type SystemBlock = OneOf<{ text: string; guardContent: GuardContent; cachePoint: CachePoint }>;

/** How the model samples. What is left out is the model's own default. */
export type InferenceConfig = {
  /** Left out, the model's maximum counts, and Bedrock reserves that much of the token quota. */
  maxTokens?: number | undefined;
  /** 0 to 1. */
  temperature?: number | undefined;
  /** 0 to 1. Many models refuse it beside `temperature`. */
  topP?: number | undefined;
  stopSequences?: string[] | undefined;
};

/** The tools that the model may ask for. It has to be there as long as the history holds tool blocks. */
export type ToolConfig = { tools: Tool[]; toolChoice?: ToolChoice | undefined };

/** A tool of ours, one that the provider runs, or a cache point behind the tools before it. */
export type Tool = OneOf<{ toolSpec: ToolSpec; systemTool: { name: string }; cachePoint: CachePoint }>;

/** A tool by its name and the JSON Schema of its input, which has to be an object. */
export type ToolSpec = {
  name: string;
  description?: string | undefined;
  inputSchema: OneOf<{ json: JsonValue }>;
  /** The input is held to the schema while it is written. Some models refuse it. */
  strict?: boolean | undefined;
};

/** Whether the model may, must, or must with one name, use a tool. */
export type ToolChoice = OneOf<{ auto: Record<never, never>; any: Record<never, never>; tool: { name: string } }>;

/** Which guardrail looks at the request and its reply. */
export type GuardrailConfig = {
  guardrailIdentifier?: string | undefined;
  guardrailVersion?: string | undefined;
  trace?: 'disabled' | 'enabled' | 'enabled_full' | undefined;
  /** Streams only. `async` lets text through before it was looked at. */
  streamProcessingMode?: 'sync' | 'async' | undefined;
};

/** How the answer should look: JSON of a schema, and how much effort goes into it. */
export type OutputConfig = {
  textFormat?: OutputFormat | undefined;
  /** `low`, `medium`, `high`, `xhigh` or `max`, as the model allows. */
  effort?: string | undefined;
};

/** Text that has to be JSON of that schema. */
export type OutputFormat = { type: 'json_schema'; structure: OneOf<{ jsonSchema: JsonSchemaDefinition }> };

/** The schema is JSON in a string, which is how Bedrock wants it. */
export type JsonSchemaDefinition = {
  schema: string;
  name?: string | undefined;
  description?: string | undefined;
};

/** `optimized` answers sooner, for a few models in a few regions. */
export type PerformanceConfig = { latency?: 'standard' | 'optimized' | undefined };

/** What the call may cost and how long it may wait. */
export type ServiceTier = { type: 'default' | 'flex' | 'priority' | 'reserved' };
