export { type Bedrock, type BedrockOptions, createBedrock } from './bedrock.ts';
