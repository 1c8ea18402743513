import { type ConverseRequest, converseLimits, type InferenceConfig } from '@outcrop/converse';
import { type Run, warn } from './run.ts';
import { isThinking } from './thinking.ts';

/** How the model samples: what no model takes is wrong, and what this one does not take is said. */
export function prepareInference(request: ConverseRequest, run: Run): ConverseRequest {
  const { inferenceConfig } = request;
  if (inferenceConfig === undefined) return request;
  checkRanges(inferenceConfig, run);
  checkSampling(inferenceConfig, request, run);
  const maxTokens = clamped(inferenceConfig.maxTokens, run);
  const stopSequences = withoutEmpty(inferenceConfig.stopSequences, run);
  if (maxTokens === inferenceConfig.maxTokens && stopSequences === inferenceConfig.stopSequences) return request;
  const { maxTokens: _, stopSequences: __, ...rest } = inferenceConfig;
  const prepared: InferenceConfig = {
    ...rest,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(stopSequences?.length && { stopSequences }),
  };
  return { ...request, inferenceConfig: prepared };
}

function checkRanges({ maxTokens, temperature, topP, stopSequences }: InferenceConfig, { problems }: Run): void {
  const path = 'inferenceConfig';
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 1)) {
    problems.push({ path: `${path}.maxTokens`, message: 'has to be a whole number from 1 on.' });
  }
  for (const [name, value] of [
    ['temperature', temperature],
    ['topP', topP],
  ] as const) {
    if (value !== undefined && !(value >= 0 && value <= 1)) {
      problems.push({ path: `${path}.${name}`, message: 'has to be from 0 to 1.' });
    }
  }
  if (stopSequences === undefined) return;
  if (stopSequences.length > converseLimits.stopSequences) {
    const message = `holds ${stopSequences.length} texts: ${converseLimits.stopSequences} is the most.`;
    problems.push({ path: `${path}.stopSequences`, message });
  }
}

function checkSampling(config: InferenceConfig, request: ConverseRequest, run: Run): void {
  const { temperature, topP, stopSequences } = config;
  const { sampling } = run.traits;
  const refuse = (feature: 'temperature' | 'topP' | 'stopSequences', message: string) =>
    run.unsupported.push({ feature, path: `inferenceConfig.${feature}`, message });

  if (temperature !== undefined && sampling?.temperature === false)
    refuse('temperature', 'the model does not take it.');
  if (topP !== undefined && sampling?.topP === false) refuse('topP', 'the model does not take it.');
  if (temperature !== undefined && topP !== undefined && sampling?.both === false) {
    refuse('topP', 'the model takes either temperature or topP, not both.');
  }
  if (stopSequences?.length && sampling?.stopSequences === false) {
    refuse('stopSequences', 'the model does not take them.');
  }
  const fields = request.additionalModelRequestFields;
  if (sampling?.topK === false && typeof fields === 'object' && fields !== null && 'top_k' in fields) {
    const message = 'the model does not take it.';
    run.unsupported.push({ feature: 'top_k', path: 'additionalModelRequestFields.top_k', message });
  }
  const { ask } = run.traits.reasoning ?? {};
  if ((ask !== 'budget' && ask !== 'adaptive') || !isThinking(request, run.traits)) return;
  if (temperature !== undefined && temperature !== 1) refuse('temperature', 'while the model thinks it has to be 1.');
  if (topP !== undefined && topP < 0.95) refuse('topP', 'while the model thinks it has to be 0.95 or more.');
}

function clamped(maxTokens: number | undefined, run: Run): number | undefined {
  const limit = run.traits.limits?.maxOutputTokens;
  if (maxTokens === undefined || limit === undefined || !(maxTokens > limit)) return maxTokens;
  warn(run, 'max_tokens_clamped', 'inferenceConfig.maxTokens', `It is ${limit} now, not ${maxTokens}.`);
  return limit;
}

function withoutEmpty(stopSequences: string[] | undefined, run: Run): string[] | undefined {
  if (!stopSequences?.includes('')) return stopSequences;
  return stopSequences.filter((text, index) => {
    if (text === '') warn(run, 'stop_sequence_empty', `inferenceConfig.stopSequences[${index}]`);
    return text !== '';
  });
}
