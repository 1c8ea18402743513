export { describeConverse } from './describe-converse.ts';
export type { ContractOptions, ConverseHarness, Feature } from './harness.ts';
