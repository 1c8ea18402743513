import type { ConverseRequest, ModelTraits, TokenUsage, Warning } from '@outcrop/converse';
import { estimateTokens } from '@outcrop/model-catalog';

// What Bedrock takes for the maximum of a model that nobody knows: a guess.
const unknownMaximum = 4_096;

/** The tokens of quota that a call takes when it starts: its input, and all that it may write. */
export function reservedTokens(request: ConverseRequest, traits: ModelTraits): number {
  const { maxTokens = traits.limits?.maxOutputTokens ?? unknownMaximum } = request.inferenceConfig ?? {};
  return estimateTokens(request, traits).tokens + maxTokens;
}

/** The tokens of quota that it took in the end. What was read from the cache is free. */
export function takenTokens(usage: TokenUsage, { limits }: ModelTraits): number {
  return usage.inputTokens + (usage.cacheWriteInputTokens ?? 0) + usage.outputTokens * (limits?.outputBurndown ?? 1);
}

/** What a missing `maxTokens` does to the quota. */
export function unsetWarning(request: ConverseRequest, traits: ModelTraits): Warning | undefined {
  if (request.inferenceConfig?.maxTokens !== undefined) return undefined;
  const maximum = traits.limits?.maxOutputTokens;
  const how = maximum === undefined ? "the model's maximum" : `${withCommas(maximum)} tokens`;
  const message = `maxTokens is not set, so each call reserves ${how} of output from the quota while it runs: set it near what is expected.`;
  return { code: 'max_tokens_unset', message, path: 'inferenceConfig.maxTokens' };
}

// What Node knows of languages takes longer to load than all of this package.
function withCommas(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
