import { type Case, haiku, inference, nova, plain, prompt, settings, text } from './case.ts';

export const settingCases: readonly Case[] = [
  {
    rule: 'guardrail_pair',
    refused: settings({ guardrailConfig: { guardrailIdentifier: 'abc123' } }),
    valid: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1' } }),
    says: /must be used together/,
  },
  {
    rule: 'guardrail_version',
    refused: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '0' } }),
    valid: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: 'DRAFT' } }),
    says: /guardrailConfig\.guardrailVersion'/,
  },
  {
    rule: 'guardrails_unsupported',
    modelId: 'cohere.command-r-v1:0',
    refused: settings({ guardrailConfig: { guardrailIdentifier: 'abc123', guardrailVersion: '1' } }),
    valid: plain,
    says: /doesn't support guardrails/,
    code: 'unsupported_feature',
  },
  {
    rule: 'service_tier_known',
    refused: settings({ serviceTier: { type: 'gold' } }),
    valid: settings({ serviceTier: { type: 'flex' } }),
    says: /'gold' at 'serviceTier\.type'/,
  },
  {
    rule: 'service_tier_unsupported',
    modelId: haiku,
    refused: settings({ serviceTier: { type: 'flex' } }),
    valid: settings({ serviceTier: { type: 'default' } }),
    says: /the flex service tier/,
    code: 'unsupported_feature',
  },
  {
    rule: 'latency_known',
    refused: settings({ performanceConfig: { latency: 'fast' } }),
    valid: settings({ performanceConfig: { latency: 'standard' } }),
    says: /'fast' at 'performanceConfig\.latency'/,
  },
  {
    rule: 'metadata_count',
    refused: settings({ requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, key) => [key, ''])) }),
    valid: settings({ requestMetadata: { a: '' } }),
    says: /less than or equal to 16$/,
  },
  {
    rule: 'metadata_text',
    refused: settings({ requestMetadata: { a: 'ü' } }),
    valid: settings({ requestMetadata: { a: 'b' } }),
    says: /requestMetadata' failed to satisfy constraint: Member must satisfy regular expression/,
  },
  {
    rule: 'response_paths_count',
    refused: settings({ additionalModelResponseFieldPaths: Array(11).fill('/a') }),
    valid: settings({ additionalModelResponseFieldPaths: Array(10).fill('/a') }),
    says: /less than or equal to 10$/,
  },
  {
    rule: 'response_path_pointer',
    refused: settings({ additionalModelResponseFieldPaths: ['stop_sequence'] }),
    valid: settings({ additionalModelResponseFieldPaths: ['/stop_sequence'] }),
    says: /\.0 is not a valid JSON Pointer/,
  },
  {
    rule: 'prompt_variables_without_prompt',
    validModelId: prompt,
    refused: settings({ promptVariables: { rock: text } }),
    valid: { promptVariables: { rock: text } },
    says: /promptVariables field can only be used/,
  },
  {
    rule: 'prompt_with_own_settings',
    modelId: prompt,
    validModelId: nova,
    refused: inference({ maxTokens: 5 }),
    valid: inference({ maxTokens: 5 }),
    says: /The inferenceConfig field can't be used/,
  },
];
