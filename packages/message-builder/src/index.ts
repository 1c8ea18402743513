export { converseLimits } from '@outcrop/converse';
export { isMessageBuilderError, MessageBuilderError, type MessageProblem, type MessageProblemCode } from './errors.ts';
export type {
  AudioOptions,
  DocumentDetails,
  DocumentOptions,
  FileOptions,
  ImageOptions,
  MediaOptions,
  S3Options,
  VideoOptions,
} from './media/file-part.ts';
export type { MediaFormats, MediaKind } from './media/formats.ts';
export type { Bytes, FileSource, FileTrouble, OpenedFile } from './media/source.ts';
export {
  createAssistantMessage,
  createMessage,
  createUserMessage,
  MessageBuilder,
  type MessageOptions,
  type SearchResult,
  type TextDocumentDetails,
} from './message-builder.ts';
export { type MessageLimits, messageLimits } from './message-limits.ts';
export type { ToolResult, WithBytes } from './tool-result.ts';
