export { LLMManager } from './manager.ts';
export type { ManagerOptions } from './options.ts';
