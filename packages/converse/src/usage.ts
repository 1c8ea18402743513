/**
 * Tokens as Bedrock counts them. `inputTokens` does **not** hold what was read from or written to the prompt cache:
 * see {@link promptTokens}.
 */
export type TokenUsage = {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  cacheReadInputTokens?: number | undefined;
  cacheWriteInputTokens?: number | undefined;
  /** The cache writes by how long they live. */
  cacheDetails?: CacheDetail[] | undefined;
};

/** Tokens that were written to the prompt cache with that time to live. */
export type CacheDetail = { ttl: '5m' | '1h'; inputTokens: number };

/** No tokens at all. */
export const noUsage: Readonly<TokenUsage> = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

/** The whole prompt: what was paid in full, what was read from the cache, and what was written to it. */
export function promptTokens(usage: TokenUsage): number {
  return usage.inputTokens + (usage.cacheReadInputTokens ?? 0) + (usage.cacheWriteInputTokens ?? 0);
}

/**
 * Adds usages up, such as those of all attempts, or of all turns. Cache figures appear in the sum only if one of the
 * parts has them.
 */
export function addUsage(...usages: TokenUsage[]): TokenUsage {
  const sum: TokenUsage = { ...noUsage };
  for (const usage of usages) {
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.totalTokens += usage.totalTokens;
    if (usage.cacheReadInputTokens !== undefined) {
      sum.cacheReadInputTokens = (sum.cacheReadInputTokens ?? 0) + usage.cacheReadInputTokens;
    }
    if (usage.cacheWriteInputTokens !== undefined) {
      sum.cacheWriteInputTokens = (sum.cacheWriteInputTokens ?? 0) + usage.cacheWriteInputTokens;
    }
    for (const { ttl, inputTokens } of usage.cacheDetails ?? []) {
      sum.cacheDetails ??= [];
      const same = sum.cacheDetails.find((detail) => detail.ttl === ttl);
      if (same === undefined) sum.cacheDetails.push({ ttl, inputTokens });
      else same.inputTokens += inputTokens;
    }
  }
  return sum;
}

/**
 * The usage of a call of which the service reported only the parts: `totalTokens` is the sum of all four.
 *
 * @example
 * ```ts
 * import { usageOf } from '@outcrop/converse';
 *
 * usageOf({ inputTokens: 12, outputTokens: 5, cacheReadInputTokens: 4000 }).totalTokens; // 4017
 * ```
 */
export function usageOf(parts: Omit<TokenUsage, 'totalTokens'>): TokenUsage {
  const usage = { ...parts, totalTokens: 0 };
  usage.totalTokens = promptTokens(usage) + usage.outputTokens;
  return usage;
}
