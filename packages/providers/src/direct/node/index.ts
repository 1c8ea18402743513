export type { Auth, Credentials, Given, Role } from '../../auth/auth.ts';
export type { NodeOptions } from '../../node-options.ts';
export type { BedrockService, ServiceOptions } from '../../service.ts';
export { createBedrock } from './bedrock.ts';
