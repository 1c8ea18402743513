export type { CountOptions, EstimateTokens, TokenCount } from '../asides/count-tokens.ts';
export type {
  AppliedGuardrail,
  GuardrailCheckRequest,
  GuardrailChecks,
  GuardrailRequest,
} from '../asides/guardrails.ts';
export type { Health } from '../asides/health.ts';
export type { ListedModel, ListedProfile, RegionListing } from '../asides/list-region.ts';
export type { Credentials, Given } from '../auth/auth.ts';
export type {
  EncodedRequest,
  InvokeCounts,
  InvokeFormat,
  InvokeReplyContext,
  InvokeRequestContext,
  InvokeStream,
} from '../formats/format.ts';
export type { BedrockService, ServiceOptions } from '../service.ts';
export type { AsideOptions } from '../wire/ask.ts';
export { createBedrock, type DirectBedrockOptions } from './bedrock.ts';
export type { Endpoints, HostOptions } from './endpoint.ts';
export type { Fetch } from './fetch-send.ts';
