export type { CountOptions, EstimateTokens, TokenCount } from './asides/count-tokens.ts';
export type {
  AppliedGuardrail,
  GuardrailCheckRequest,
  GuardrailChecks,
  GuardrailRequest,
} from './asides/guardrails.ts';
export type { Health } from './asides/health.ts';
export type { ListedModel, ListedProfile, RegionListing } from './asides/list-region.ts';
export type { Auth, Credentials, Given, Role } from './auth/auth.ts';
export { type Bedrock, type BedrockOptions, createBedrock } from './bedrock.ts';
export type { Endpoints, HostOptions } from './direct/endpoint.ts';
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
export type { NodeOptions } from './node-options.ts';
export { outputRungs } from './prepare/output.ts';
export { type PreparedRequest, type PrepareOptions, prepareRequest } from './prepare/prepare.ts';
export { type RepairCode, repairs } from './prepare/repairs.ts';
export type { RequestHandler, SdkRequest, SdkResponse } from './sdk/handler.ts';
export type { BedrockService, ServiceOptions } from './service.ts';
export type { AsideOptions } from './wire/ask.ts';
