export type { DroppableFeature, Feature } from './features.ts';
export type { Logger, LogLevel } from './log.ts';
export { LLMManager } from './manager.ts';
export { createSharedMemory, type MemorySnapshot, type SharedMemory, type TargetNotes } from './memory.ts';
export type { ObjectReply } from './object.ts';
export type {
  Interruption,
  ManagerCallOptions,
  ManagerOptions,
  RegionOrder,
  RetryConfig,
  RetryStrategy,
  Selection,
  ValidationConfig,
} from './options.ts';
export {
  runTools,
  streamTools,
  type ToolRun,
  type ToolRunEvent,
  type ToolRunOptions,
  type ToolStep,
} from './run-tools.ts';
export type { StandardJsonSchema } from './schema.ts';
export type { ManagerStats, TargetStats } from './stats.ts';
export { type RunnableTool, type ToolContext, type ToolOutput, tool } from './tools.ts';
