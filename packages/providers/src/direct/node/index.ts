export type { CountOptions, EstimateTokens, TokenCount } from '../../asides/count-tokens.ts';
export type {
  AppliedGuardrail,
  GuardrailCheckRequest,
  GuardrailChecks,
  GuardrailRequest,
} from '../../asides/guardrails.ts';
export type { Health } from '../../asides/health.ts';
export type { ListedModel, ListedProfile, RegionListing } from '../../asides/list-region.ts';
export type { Auth, Credentials, Given, Role } from '../../auth/auth.ts';
export type {
  EncodedRequest,
  InvokeCounts,
  InvokeFormat,
  InvokeReplyContext,
  InvokeRequestContext,
  InvokeStream,
} from '../../formats/format.ts';
export type { NodeOptions } from '../../node-options.ts';
export type { BedrockService, ServiceOptions } from '../../service.ts';
export type { AsideOptions } from '../../wire/ask.ts';
export type { Endpoints, HostOptions } from '../endpoint.ts';
export { createBedrock } from './bedrock.ts';
