import { type TokenUsage, usageOf } from '@outcrop/converse';
import type { InvokeCounts } from './format.ts';
import { countIn, type Fields, isObject } from './read-body.ts';

const headers = {
  inputTokens: 'x-amzn-bedrock-input-token-count',
  outputTokens: 'x-amzn-bedrock-output-token-count',
  cacheReadInputTokens: 'x-amzn-bedrock-cache-read-input-token-count',
  cacheWriteInputTokens: 'x-amzn-bedrock-cache-write-input-token-count',
  latencyMs: 'x-amzn-bedrock-invocation-latency',
} as const;

/** What InvokeModel counts in the headers of its response. `header` reads one by its lower-case name. */
export function countsInHeaders(header: (name: string) => string | null | undefined): InvokeCounts {
  const counts = Object.entries(headers).map(([name, key]) => {
    const text = header(key)?.trim();
    return [name, text ? countIn(Number(text)) : undefined];
  });
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}

const metrics = {
  inputTokens: 'inputTokenCount',
  outputTokens: 'outputTokenCount',
  cacheReadInputTokens: 'cacheReadInputTokenCount',
  cacheWriteInputTokens: 'cacheWriteInputTokenCount',
  latencyMs: 'invocationLatency',
} as const;

/** Where Bedrock itself counts, in the last chunk of every model's stream. */
export const metricsKey = 'amazon-bedrock-invocationMetrics';

/** What it counts there. */
export function countsInMetrics(chunk: Fields): InvokeCounts {
  const found = chunk[metricsKey];
  return isObject(found) ? pickCounts(found, metrics) : {};
}

/** Reads figures by a table of their names. What is no figure is left out. */
export function pickCounts(from: Fields, names: { readonly [Count in keyof InvokeCounts]: string }): InvokeCounts {
  const counts = Object.entries(names).map(([name, key]) => [name, countIn(from[key])]);
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}

/** The usage that the counts make up, or `undefined` if they do not say both what went in and what came out. */
export function usageIn({ latencyMs, inputTokens, outputTokens, ...cache }: InvokeCounts): TokenUsage | undefined {
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return usageOf({ inputTokens, outputTokens, ...cache });
}
