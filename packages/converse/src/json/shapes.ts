import type {
  CachePoint,
  Citation,
  CitationLocation,
  CitationsContent,
  ContentBlock,
  DocumentSpan,
  GuardContent,
  Message,
  ReasoningContent,
  SearchResultBlock,
  ToolReference,
  ToolResultBlock,
  ToolResultContent,
  ToolUseBlock,
} from '../content.ts';
import type {
  CitationDelta,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamEvent,
  ConverseStreamEvents,
  ReasoningDelta,
} from '../events.ts';
import type {
  AudioBlock,
  CitationsConfig,
  DocumentBlock,
  DocumentSource,
  ImageBlock,
  MediaError,
  MediaSource,
  S3Location,
  VideoBlock,
} from '../media.ts';
import type { Attempt, CallMetrics, ConverseResponse, Cost, IncompleteBlock, Warning } from '../reply.ts';
import type {
  ConverseRequest,
  GuardrailConfig,
  InferenceConfig,
  JsonSchemaDefinition,
  OutputConfig,
  OutputFormat,
  PerformanceConfig,
  ServiceTier,
  SystemBlock,
  Tool,
  ToolChoice,
  ToolConfig,
  ToolSpec,
} from '../request.ts';
import type { TargetName } from '../target.ts';
import type { CacheDetail, TokenUsage } from '../usage.ts';
import { any, boolean, bytes, type Fields, json, list, number, oneOf, record, string, struct } from './shape.ts';

// The one place that says what Bedrock's JSON looks like and where bytes stand in it. Which words a string may be, and
// how long a list, is for the service to say. Written without spreads, which bundlers could not drop with the rest of
// the table for who only writes JSON.

type Inside<T, Key extends keyof T> = NonNullable<T[Key]>;

const nothing = struct<Record<never, never>>({});
const textPart = { text: string };
const texts = list(oneOf<{ text: string }>(textPart));
const named = struct<{ name: string }>({ name: string });

const s3Location = struct<S3Location>({ uri: string, 'bucketOwner?': string });
const source = oneOf<MediaSource>({ bytes, s3Location });
const error = struct<MediaError>({ 'message?': string });
const citations = struct<CitationsConfig>({ enabled: boolean });
const image = struct<ImageBlock>({ format: string, source, 'error?': error });
const video = struct<VideoBlock>({ format: string, source });
const audio = struct<AudioBlock>({ format: string, source, 'error?': error });
const document = struct<DocumentBlock>({
  'format?': string,
  name: string,
  source: oneOf<DocumentSource>({ bytes, s3Location, text: string, content: texts }),
  'context?': string,
  'citations?': citations,
});

const searchResult = struct<SearchResultBlock>({
  source: string,
  title: string,
  content: list(struct<{ text: string }>(textPart)),
  'citations?': citations,
});
const toolUse = struct<ToolUseBlock>({ toolUseId: string, name: string, input: json, 'type?': string });
const toolResult = struct<ToolResultBlock>({
  toolUseId: string,
  content: list(oneOf<ToolResultContent>({ json, text: string, image, document, video, searchResult })),
  'status?': string,
  'type?': string,
});
const guardContent = oneOf<GuardContent>({
  text: struct<Inside<GuardContent, 'text'>>({ text: string, 'qualifiers?': list(string) }),
  image: struct<Inside<GuardContent, 'image'>>({ format: string, source: oneOf<{ bytes: Uint8Array }>({ bytes }) }),
});
const cachePoint = struct<CachePoint>({ type: string, 'ttl?': string });
const reasoningContent = oneOf<ReasoningContent>({
  reasoningText: struct<Inside<ReasoningContent, 'reasoningText'>>({ text: string, 'signature?': string }),
  redactedContent: bytes,
});
const span = struct<DocumentSpan>({ 'documentIndex?': number, 'start?': number, 'end?': number });
const location = oneOf<CitationLocation>({
  web: struct<Inside<CitationLocation, 'web'>>({ 'url?': string, 'domain?': string }),
  documentChar: span,
  documentPage: span,
  documentChunk: span,
  searchResultLocation: struct<Inside<CitationLocation, 'searchResultLocation'>>({
    'searchResultIndex?': number,
    'start?': number,
    'end?': number,
  }),
});
const citation = struct<Citation>({
  'title?': string,
  'source?': string,
  'sourceContent?': texts,
  'location?': location,
});
const citationsContent = struct<CitationsContent>({ 'content?': texts, 'citations?': list(citation) });
const toolChange = struct<{ tool: ToolReference }>({
  tool: struct<ToolReference>({ 'type?': string, 'name?': string, 'serverName?': string }),
});

const block = oneOf<ContentBlock>({
  text: string,
  image,
  document,
  video,
  audio,
  toolUse,
  toolResult,
  guardContent,
  cachePoint,
  reasoningContent,
  citationsContent,
  searchResult,
  toolAddition: toolChange,
  toolRemoval: toolChange,
});

export const message = struct<Message>({ role: string, content: list(block) });

const performanceConfig = struct<PerformanceConfig>({ 'latency?': string });
const serviceTier = struct<ServiceTier>({ type: string });

export const request = struct<ConverseRequest>({
  'messages?': list(message),
  'system?': list(oneOf<SystemBlock>({ text: string, guardContent, cachePoint })),
  'inferenceConfig?': struct<InferenceConfig>({
    'maxTokens?': number,
    'temperature?': number,
    'topP?': number,
    'stopSequences?': list(string),
  }),
  'toolConfig?': struct<ToolConfig>({
    tools: list(
      oneOf<Tool>({
        toolSpec: struct<ToolSpec>({
          name: string,
          'description?': string,
          inputSchema: oneOf<ToolSpec['inputSchema']>({ json }),
          'strict?': boolean,
        }),
        systemTool: named,
        cachePoint,
      }),
    ),
    'toolChoice?': oneOf<ToolChoice>({ auto: nothing, any: nothing, tool: named }),
  }),
  'guardrailConfig?': struct<GuardrailConfig>({
    'guardrailIdentifier?': string,
    'guardrailVersion?': string,
    'trace?': string,
    'streamProcessingMode?': string,
  }),
  'outputConfig?': struct<OutputConfig>({
    'textFormat?': struct<OutputFormat>({
      type: string,
      structure: oneOf<OutputFormat['structure']>({
        jsonSchema: struct<JsonSchemaDefinition>({ schema: string, 'name?': string, 'description?': string }),
      }),
    }),
    'effort?': string,
  }),
  'additionalModelRequestFields?': json,
  'additionalModelResponseFieldPaths?': list(string),
  'promptVariables?': record(oneOf<{ text: string }>(textPart)),
  'requestMetadata?': record(string),
  'performanceConfig?': performanceConfig,
  'serviceTier?': serviceTier,
});

const usage = struct<TokenUsage>({
  inputTokens: number,
  outputTokens: number,
  totalTokens: number,
  'cacheReadInputTokens?': number,
  'cacheWriteInputTokens?': number,
  'cacheDetails?': list(struct<CacheDetail>({ ttl: string, inputTokens: number })),
});
const metrics = struct<CallMetrics>({
  'latencyMs?': number,
  'totalMs?': number,
  'timeToFirstTokenMs?': number,
  'outputTokensPerSecond?': number,
});
const target = struct<TargetName>({ model: string, id: string, region: string, route: string });

/** What Outcrop knows about a reply beyond the events of its stream. */
export type BeyondEvents = Partial<Pick<ConverseResponse, 'servedBy' | 'attempts' | 'warnings' | 'cost' | 'metrics'>>;

const attempt = struct<Attempt>({
  target,
  startedAt: number,
  durationMs: number,
  'waitedMs?': number,
  'usage?': usage,
  'error?': json,
});
const warning = struct<Warning>({ code: string, message: string, 'path?': string });
const cost = struct<Cost>({ usd: number, status: string, 'reason?': string });

export const beyondEvents = struct<BeyondEvents>({
  'servedBy?': target,
  'attempts?': list(attempt),
  'warnings?': list(warning),
  'cost?': cost,
  'metrics?': metrics,
});

const metadata: Fields<Partial<ConverseStreamEvents['metadata']>> = {
  'usage?': usage,
  'metrics?': metrics,
  'trace?': json,
  'performanceConfig?': performanceConfig,
  'serviceTier?': serviceTier,
};
const messageStop: Fields<ConverseStreamEvents['messageStop']> = {
  stopReason: string,
  'additionalModelResponseFields?': json,
};

export const response = struct<ConverseResponse>({
  output: struct<{ message: Message }>({ message }),
  stopReason: string,
  'additionalModelResponseFields?': json,
  usage,
  metrics,
  'trace?': json,
  'performanceConfig?': performanceConfig,
  'serviceTier?': serviceTier,
  'servedBy?': target,
  'attempts?': list(attempt),
  'warnings?': list(warning),
  'cost?': cost,
  'incomplete?': list(struct<IncompleteBlock>({ contentIndex: number, reason: string })),
  'unknownEvents?': list(any),
});

// Models send a union without a key where they have nothing to say, such as the start of a text block.
const maybeEmpty = 0;

export const event = oneOf<ConverseStreamEvent>({
  messageStart: struct<ConverseStreamEvents['messageStart']>({ role: string }),
  contentBlockStart: struct<ConverseStreamEvents['contentBlockStart']>({
    contentBlockIndex: number,
    start: oneOf<ContentBlockStart>(
      {
        toolUse: struct<Inside<ContentBlockStart, 'toolUse'>>({ toolUseId: string, name: string, 'type?': string }),
        toolResult: struct<Inside<ContentBlockStart, 'toolResult'>>({
          toolUseId: string,
          'type?': string,
          'status?': string,
        }),
        image: struct<Inside<ContentBlockStart, 'image'>>({ format: string }),
      },
      maybeEmpty,
    ),
  }),
  contentBlockDelta: struct<ConverseStreamEvents['contentBlockDelta']>({
    contentBlockIndex: number,
    delta: oneOf<ContentBlockDelta>(
      {
        text: string,
        toolUse: struct<{ input: string }>({ input: string }),
        reasoningContent: oneOf<ReasoningDelta>({ text: string, signature: string, redactedContent: bytes }),
        citation: struct<CitationDelta>({
          'title?': string,
          'source?': string,
          'sourceContent?': list(struct<{ text?: string | undefined }>({ 'text?': string })),
          'location?': location,
        }),
        image: struct<Inside<ContentBlockDelta, 'image'>>({ 'source?': source, 'error?': error }),
        toolResult: list(oneOf<Inside<ContentBlockDelta, 'toolResult'>[number]>({ text: string, json })),
      },
      maybeEmpty,
    ),
  }),
  contentBlockStop: struct<ConverseStreamEvents['contentBlockStop']>({ contentBlockIndex: number }),
  messageStop: struct<ConverseStreamEvents['messageStop']>(messageStop),
  // A reply without usage is a reply too: the fold warns of it.
  metadata: struct<Partial<ConverseStreamEvents['metadata']>>(metadata),
});
