import type { Rules } from './rule.ts';

const invalid = 'The provided model identifier is invalid.';

/** Which models can be called from where, and how. */
export const addressRules: Rules = [
  {
    id: 'unknown_model',
    on: 'address',
    source: 'error text, Bedrock: of a wrong id',
    code: 'unknown_model',
    check: ({ kind }) => kind === 'unknown' && invalid,
  },
  {
    id: 'arn_of_another_region',
    on: 'address',
    source: 'user guide, inference profiles: an ARN is of one region; wording of unknown ids, not verified',
    code: 'unknown_model',
    check: ({ arnRegion, region }) => Boolean(arnRegion) && arnRegion !== region && invalid,
  },
  {
    id: 'on_demand_needs_profile',
    on: 'address',
    source: 'user guide, model support by region; error text, Bedrock',
    code: 'needs_profile',
    check: ({ kind, route, hasProfile, modelId }) =>
      (kind === 'variant' || (kind === 'base' && route === undefined && hasProfile)) &&
      `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  },
  {
    id: 'model_not_in_region',
    on: 'address',
    source: 'user guide, model support by region; error text, Bedrock',
    code: 'unknown_model',
    check: ({ kind, route, hasProfile }) => kind === 'base' && route === undefined && !hasProfile && invalid,
  },
  {
    id: 'profile_of_another_geography',
    on: 'address',
    source: 'user guide, inference profiles by source region; error text, Bedrock',
    code: 'wrong_geography',
    check: ({ kind, route }) => kind === 'profile' && route === undefined && invalid,
  },
  {
    id: 'end_of_life',
    on: 'address',
    source: 'user guide, model lifecycle; error text, Bedrock. Only where lifecycle dates are switched on',
    error: 'ResourceNotFoundException',
    code: 'model_retired',
    check: ({ model, certain, region }, { today }) => {
      if (today === undefined || model === undefined || model.aliveIn?.includes(region)) return false;
      const { endOfLife, status } = certain.lifecycle ?? {};
      return (
        (endOfLife === undefined ? status === 'retired' : endOfLife <= today) &&
        'This model version has reached the end of its life. Please refer to the AWS documentation for more details.'
      );
    },
  },
  {
    id: 'converse_unsupported',
    on: 'address',
    source: 'user guide, supported models and model features; error text, Bedrock',
    feature: 'converse',
    check: ({ certain, model }, { operation }) =>
      operation.startsWith('Converse') &&
      (certain.converse === false || (model !== undefined && model.kind !== 'text')) &&
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
  },
  {
    id: 'streaming_unsupported',
    on: 'address',
    source: 'ListFoundationModels, responseStreamingSupported; error text, Bedrock',
    feature: 'streaming',
    check: ({ certain }, { operation }) =>
      operation.endsWith('Stream') && certain.streaming === false && 'The model is unsupported for streaming.',
  },
];
