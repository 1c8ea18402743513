export { type Advice, adviceFor, errorAdvice } from './advice.ts';
export { ConfigurationError, isConfigurationError } from './configuration-error.ts';
export type {
  CachePoint,
  Citation,
  CitationLocation,
  CitationsContent,
  ContentBlock,
  ContentBlocks,
  DocumentSpan,
  GuardContent,
  Message,
  ReasoningContent,
  Role,
  SearchResultBlock,
  ToolReference,
  ToolResultBlock,
  ToolResultContent,
  ToolUseBlock,
} from './content.ts';
export type { CallEvent, CallOptions, Converse, ConverseStream, Deadlines, OutputRung, Verdict } from './converse.ts';
export { documentName, isDocumentName } from './document-name.ts';
export {
  ConverseError,
  type ConverseErrorBase,
  type ConverseErrorCode,
  type ConverseErrorConstructor,
  type ConverseErrorContext,
  type ConverseErrorData,
  type ConverseErrorDetails,
  type ConverseErrorJson,
  errorFromJson,
  isConverseError,
  type Problem,
} from './errors.ts';
export type {
  CitationDelta,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamEvent,
  ConverseStreamEvents,
  ReasoningDelta,
} from './events.ts';
export { createFold, type Fold } from './fold.ts';
export type {
  ConverseTrace,
  GuardrailAssessment,
  GuardrailContentFilter,
  GuardrailCoverage,
  GuardrailDetails,
  GuardrailGroundingFilter,
  GuardrailInvocationMetrics,
  GuardrailLogicWarning,
  GuardrailManagedWord,
  GuardrailPiiEntity,
  GuardrailReasoningFinding,
  GuardrailRegex,
  GuardrailRule,
  GuardrailScenario,
  GuardrailStatement,
  GuardrailTopic,
  GuardrailTrace,
  GuardrailTranslation,
  GuardrailUsage,
  GuardrailWord,
} from './guardrail.ts';
export { type FittedHistory, fitHistory } from './history.ts';
export { converseLimits } from './limits.ts';
export type {
  AudioBlock,
  AudioFormat,
  CitationsConfig,
  DocumentBlock,
  DocumentFormat,
  DocumentSource,
  ImageBlock,
  ImageFormat,
  MediaError,
  MediaSource,
  S3Location,
  VideoBlock,
  VideoFormat,
} from './media.ts';
export { messagesFrom, type Turn } from './messages-from.ts';
export {
  type JsonSchema,
  parseObject,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from './object.ts';
export type { JsonValue, OneOf, Open } from './one-of.ts';
export { type ExactJson, exactNumber, numberAsText, parseExactly } from './parse-exactly.ts';
export { patienceAfter } from './patience.ts';
export { citationsOf, type Readable, type RunnableToolUse, reasoningOf, textOf, toolUsesOf } from './read.ts';
export type {
  Attempt,
  CallMetrics,
  ConverseResponse,
  Cost,
  IncompleteBlock,
  PartialResponse,
  StopReason,
  Warning,
} from './reply.ts';
export type {
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
} from './request.ts';
export { createConverseStream, type StreamOptions } from './stream.ts';
export {
  type CachingTraits,
  type InputTraits,
  type LifecycleTraits,
  type LimitTraits,
  type ModelTraits,
  type ReasoningTraits,
  type Route,
  type SamplingTraits,
  type Target,
  type TargetName,
  type ToolTraits,
  withTraits,
} from './target.ts';
export { tellListener } from './tell-listener.ts';
export { addUsage, type CacheDetail, noUsage, promptTokens, type TokenUsage, usageOf } from './usage.ts';
