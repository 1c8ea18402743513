export type {
  EncodedRequest,
  InvokeCounts,
  InvokeFormat,
  InvokeReplyContext,
  InvokeRequestContext,
  InvokeStream,
} from './formats/format.ts';
export type { ReasoningTags } from './formats/reasoning-tags.ts';
export type { SettingNames } from './formats/settings.ts';
export { createTextFormat, type TextFormatOptions, type TextPaths, type TextPiece } from './formats/text-format.ts';
export type { PromptTurn } from './formats/turns.ts';
export { providers } from './providers.ts';
