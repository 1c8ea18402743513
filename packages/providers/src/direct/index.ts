export type { Credentials, Given } from '../auth/auth.ts';
export type { BedrockService, ServiceOptions } from '../service.ts';
export { createBedrock, type DirectBedrockOptions } from './bedrock.ts';
export type { Endpoints, HostOptions } from './endpoint.ts';
export type { Fetch } from './fetch-send.ts';
