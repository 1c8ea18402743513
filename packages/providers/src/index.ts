export type { Auth, Credentials, Given, Role } from './auth/auth.ts';
export { type Bedrock, type BedrockOptions, createBedrock } from './bedrock.ts';
export type { NodeOptions } from './node-options.ts';
export { type OutputRung, outputRungs } from './prepare/output.ts';
export { type PreparedRequest, type PrepareOptions, prepareRequest } from './prepare/prepare.ts';
export { type RepairCode, repairs } from './prepare/repairs.ts';
export type { BedrockService, ServiceOptions } from './service.ts';
