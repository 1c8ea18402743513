export type { Auth, Credentials, Given, Role } from './auth/auth.ts';
export { type Bedrock, type BedrockOptions, createBedrock } from './bedrock.ts';
export type { NodeOptions } from './node-options.ts';
export type { BedrockService, ServiceOptions } from './service.ts';
