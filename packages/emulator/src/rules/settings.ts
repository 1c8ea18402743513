import { converseLimits } from '@outcrop/converse';
import { constraint, type Rules } from './rule.ts';

/** What stands beside the conversation: guardrails, tiers, prompts, metadata. */
export const settingRules: Rules = [
  {
    id: 'guardrail_pair',
    on: 'request',
    source:
      'API reference, GuardrailConfiguration: an identifier wants a version, and a version an identifier; wording not verified',
    check: ({ guardrailConfig: config }) =>
      config !== undefined &&
      (config.guardrailIdentifier === undefined) !== (config.guardrailVersion === undefined) &&
      'The guardrailIdentifier and guardrailVersion fields in guardrailConfig must be used together.',
  },
  {
    id: 'guardrail_version',
    on: 'request',
    source: 'service model, GuardrailVersion',
    check: ({ guardrailConfig: config }) =>
      config?.guardrailVersion !== undefined &&
      !/^(([1-9][0-9]{0,7})|(DRAFT))$/.test(config.guardrailVersion) &&
      constraint(
        config.guardrailVersion,
        'guardrailConfig.guardrailVersion',
        'satisfy regular expression pattern: (([1-9][0-9]{0,7})|(DRAFT))',
      ),
  },
  {
    id: 'guardrails_unsupported',
    on: 'request',
    source: 'user guide, supported models and model features; wording not verified',
    feature: 'guardrailConfig',
    check: ({ guardrailConfig }, { traits }) =>
      guardrailConfig?.guardrailIdentifier !== undefined &&
      traits.guardrails === false &&
      "This model doesn't support guardrails. Remove guardrailConfig and try again.",
  },
  {
    id: 'service_tier_known',
    on: 'request',
    source: 'service model, ServiceTierType',
    check: ({ serviceTier }) =>
      serviceTier !== undefined &&
      !['priority', 'default', 'flex', 'reserved'].includes(serviceTier.type) &&
      constraint(serviceTier.type, 'serviceTier.type', 'satisfy enum value set: [priority, default, flex, reserved]'),
  },
  {
    id: 'service_tier_unsupported',
    on: 'request',
    source: 'user guide, service tiers by model; wording not verified',
    feature: 'serviceTier',
    check: ({ serviceTier }, { traits }) =>
      serviceTier !== undefined &&
      traits.serviceTiers !== undefined &&
      !traits.serviceTiers.includes(serviceTier.type) &&
      `This model doesn't support the ${serviceTier.type} service tier. Update serviceTier.type and try again.`,
  },
  {
    id: 'latency_known',
    on: 'request',
    source: 'service model, PerformanceConfigLatency',
    check: ({ performanceConfig }) =>
      performanceConfig?.latency !== undefined &&
      !['standard', 'optimized'].includes(performanceConfig.latency) &&
      constraint(
        performanceConfig.latency,
        'performanceConfig.latency',
        'satisfy enum value set: [standard, optimized]',
      ),
  },
  {
    id: 'metadata_count',
    on: 'request',
    source: 'service model, RequestMetadata',
    check: ({ requestMetadata }) => {
      const count = requestMetadata && Object.keys(requestMetadata).length;
      if (count === 0) return constraint('{}', 'requestMetadata', 'have length greater than or equal to 1');
      const most = converseLimits.requestMetadataPairs;
      return (
        count !== undefined &&
        count > most &&
        constraint('{…}', 'requestMetadata', `have length less than or equal to ${most}`)
      );
    },
  },
  {
    id: 'metadata_text',
    on: 'request',
    source: 'service model, RequestMetadata',
    check: ({ requestMetadata = {} }) =>
      Object.entries(requestMetadata).some(
        ([key, value]) =>
          key === '' ||
          !converseLimits.requestMetadataText.test(key) ||
          !converseLimits.requestMetadataText.test(value),
      ) && constraint('{…}', 'requestMetadata', 'satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}'),
  },
  {
    id: 'response_paths_count',
    on: 'request',
    source: 'service model, ConverseRequest',
    check: ({ additionalModelResponseFieldPaths: paths = [] }) =>
      paths.length > converseLimits.responseFieldPaths &&
      constraint('[…]', 'additionalModelResponseFieldPaths', 'have length less than or equal to 10'),
  },
  {
    id: 'response_path_pointer',
    on: 'request',
    source: 'API reference, Converse: an invalid JSON pointer is a 400; wording not verified',
    check: ({ additionalModelResponseFieldPaths: paths = [] }) => {
      const at = paths.findIndex((path) => !/^(\/([^~]|~[01])*)+$/.test(path.slice(0, 257)) || path.length > 256);
      return at >= 0 && `The value at additionalModelResponseFieldPaths.${at} is not a valid JSON Pointer.`;
    },
  },
  {
    id: 'prompt_variables_without_prompt',
    on: 'request',
    source: 'API reference, Converse: only with a managed prompt; wording not verified',
    check: ({ promptVariables }, { isPrompt }) =>
      promptVariables !== undefined &&
      !isPrompt &&
      'The promptVariables field can only be used when modelId is the ARN of a prompt.',
  },
  {
    id: 'prompt_with_own_settings',
    on: 'request',
    source: 'API reference, Converse: what a managed prompt forbids; wording not verified',
    check: (request, { isPrompt }) => {
      const fields = ['additionalModelRequestFields', 'inferenceConfig', 'system', 'toolConfig'] as const;
      const field = isPrompt ? fields.find((each) => request[each] !== undefined) : undefined;
      return (
        field !== undefined &&
        `The ${field} field can't be used when modelId is the ARN of a prompt. Remove it and try again.`
      );
    },
  },
];
