export type {
  Attempt,
  CallEvent,
  CallOptions,
  ContentBlock,
  Converse,
  ConverseRequest,
  ConverseResponse,
  ConverseStream,
  ConverseStreamEvent,
  Cost,
  Deadlines,
  JsonSchema,
  JsonValue,
  Message,
  Target,
  TargetName,
  TokenUsage,
  Verdict,
  Warning,
} from '@outcrop/converse';
export {
  ConfigurationError,
  ConverseError,
  citationsOf,
  fitHistory,
  isConfigurationError,
  isConverseError,
  messagesFrom,
  parseObject,
  reasoningOf,
  textOf,
  toolUsesOf,
} from '@outcrop/converse';
export { createSharedMemory, runTools, type SharedMemory, streamTools, tool } from '@outcrop/manager';
export {
  createAssistantMessage,
  createMessage,
  createUserMessage,
  isMessageBuilderError,
  localFile,
} from '@outcrop/message-builder/node';
export { createCatalog } from '@outcrop/model-catalog';
export { openCatalog } from '@outcrop/model-catalog/node';
export type {
  BulkEvent,
  BulkItem,
  BulkOptions,
  BulkProgress,
  BulkRequest,
  BulkResult,
  BulkRun,
  BulkSummary,
  Outcome,
} from '@outcrop/parallel';
export { retryFailedRequests, runAll } from '@outcrop/parallel';
export { isJournalError, openJournal } from '@outcrop/parallel/node';
export { createBedrock } from '@outcrop/providers';
export { LLMManager, type LLMManagerOptions } from './llm-manager.ts';
export { type ParallelConfig, ParallelLLMManager, type ParallelLLMManagerOptions } from './parallel-llm-manager.ts';
