import { converseLimits } from '@outcrop/converse';
import { constraint, fromModel, isClaude, isObject, type Rules, unsupported } from './rule.ts';

// What a model takes in `additionalModelRequestFields`, by the format of its own bodies, where that is known to be all.
const additionalFields: Record<string, ReadonlySet<string>> = {
  nova: new Set(['inferenceConfig', 'reasoningConfig', 'system', 'toolConfig', 'schemaVersion']),
};

/** How the model samples, and how much it reads and writes. */
export const inferenceRules: Rules = [
  {
    id: 'max_tokens_range',
    on: 'request',
    source: 'service model, InferenceConfiguration',
    check: ({ inferenceConfig }) => outside(inferenceConfig?.maxTokens, 1, undefined, 'inferenceConfig.maxTokens'),
  },
  {
    id: 'temperature_range',
    on: 'request',
    source: 'service model, InferenceConfiguration',
    check: ({ inferenceConfig }) => outside(inferenceConfig?.temperature, 0, 1, 'inferenceConfig.temperature'),
  },
  {
    id: 'top_p_range',
    on: 'request',
    source: 'service model, InferenceConfiguration',
    check: ({ inferenceConfig }) => outside(inferenceConfig?.topP, 0, 1, 'inferenceConfig.topP'),
  },
  {
    id: 'stop_sequence_count',
    on: 'request',
    source: 'service model, InferenceConfiguration',
    check: ({ inferenceConfig }) =>
      (inferenceConfig?.stopSequences?.length ?? 0) > converseLimits.stopSequences &&
      constraint(
        '[…]',
        'inferenceConfig.stopSequences',
        `have length less than or equal to ${converseLimits.stopSequences}`,
      ),
  },
  {
    id: 'stop_sequence_empty',
    on: 'request',
    source: 'service model, NonEmptyString',
    check: ({ inferenceConfig }) => {
      const at = inferenceConfig?.stopSequences?.indexOf('') ?? -1;
      return at >= 0 && constraint('', `inferenceConfig.stopSequences.${at}`, 'have length greater than or equal to 1');
    },
  },
  {
    id: 'temperature_unsupported',
    on: 'request',
    source: 'Claude documentation, model cards; error texts, Claude and Bedrock',
    feature: 'temperature',
    check: ({ inferenceConfig }, context) =>
      inferenceConfig?.temperature !== undefined &&
      context.traits.sampling?.temperature === false &&
      (isClaude(context) ? fromModel('`temperature` is deprecated for this model.') : unsupported('temperature')),
  },
  {
    id: 'top_p_unsupported',
    on: 'request',
    source: 'Claude documentation, model cards; error texts, Claude and Bedrock',
    feature: 'topP',
    check: ({ inferenceConfig }, context) =>
      inferenceConfig?.topP !== undefined &&
      context.traits.sampling?.topP === false &&
      (isClaude(context) ? fromModel('`top_p` is deprecated for this model.') : unsupported('topP')),
  },
  {
    id: 'top_k_unsupported',
    on: 'request',
    source: 'Claude documentation, model cards; wording as of temperature, not verified',
    feature: 'topK',
    check: ({ additionalModelRequestFields: fields }, context) =>
      isClaude(context) &&
      isObject(fields) &&
      fields['top_k'] !== undefined &&
      context.traits.sampling?.topK === false &&
      fromModel('`top_k` is deprecated for this model.'),
  },
  {
    id: 'stop_sequences_unsupported',
    on: 'request',
    source: 'model cards; error text, Bedrock',
    feature: 'stopSequences',
    check: ({ inferenceConfig }, { traits }) =>
      (inferenceConfig?.stopSequences?.length ?? 0) > 0 &&
      traits.sampling?.stopSequences === false &&
      unsupported('stopSequences'),
  },
  {
    id: 'temperature_and_top_p',
    on: 'request',
    source: 'user guide, Claude; error text, Claude',
    feature: 'topP',
    check: ({ inferenceConfig }, { traits }) =>
      inferenceConfig?.temperature !== undefined &&
      inferenceConfig.topP !== undefined &&
      traits.sampling?.both === false &&
      fromModel('`temperature` and `top_p` cannot both be specified for this model. Please use only one.'),
  },
  {
    id: 'max_tokens_of_model',
    on: 'request',
    source: 'model cards; error text, Bedrock',
    check: ({ inferenceConfig }, { traits }) => {
      const most = traits.limits?.maxOutputTokens;
      return (
        most !== undefined &&
        (inferenceConfig?.maxTokens ?? 0) > most &&
        `The maximum tokens you requested exceeds the model limit of ${most}. Try again with a maximum tokens value that is lower than ${most}.`
      );
    },
  },
  {
    id: 'context_overflow',
    on: 'whole',
    source: 'model cards; error texts, Claude and Bedrock. Counted by the emulator’s own rule',
    code: 'context_overflow',
    check: (_, context) => {
      const most = context.traits.limits?.contextTokens;
      if (most === undefined || context.inputTokens <= most) return false;
      return isClaude(context)
        ? fromModel(`prompt is too long: ${context.inputTokens} tokens > ${most} maximum`)
        : 'Input is too long for requested model.';
    },
  },
  {
    id: 'additional_fields_object',
    on: 'request',
    source: 'error text, Bedrock, of tool inputs; wording not verified',
    check: ({ additionalModelRequestFields: fields }) =>
      fields !== undefined &&
      !isObject(fields) &&
      'The format of the value at additionalModelRequestFields is invalid. Provide a json object for the field and try again.',
  },
  {
    id: 'additional_field_unknown',
    on: 'request',
    source: 'user guide, Nova request schema; error text, Bedrock',
    check: ({ additionalModelRequestFields: fields }, { traits }) => {
      const known = additionalFields[traits.invokeFormat ?? ''];
      const unknown = known && isObject(fields) && Object.keys(fields).find((key) => !known.has(key));
      return (
        unknown !== undefined &&
        unknown !== false &&
        `Malformed input request: #: extraneous key [${unknown.slice(0, 100)}] is not permitted, please reformat your input and try again.`
      );
    },
  },
];

function outside(value: number | undefined, least: number, most: number | undefined, at: string): string | false {
  if (value === undefined) return false;
  if (value < least) return constraint(value, at, `have value greater than or equal to ${least}`);
  return most !== undefined && value > most && constraint(value, at, `have value less than or equal to ${most}`);
}
