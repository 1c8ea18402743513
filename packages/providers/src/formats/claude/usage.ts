import { pickCounts } from '../counts.ts';
import type { InvokeCounts } from '../format.ts';
import { countIn, isObject } from '../read-body.ts';

const counts = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadInputTokens: 'cache_read_input_tokens',
  cacheWriteInputTokens: 'cache_creation_input_tokens',
} as const;

/** In Converse's order: what lives longest first. */
const lives = [
  { ttl: '1h', name: 'ephemeral_1h_input_tokens' },
  { ttl: '5m', name: 'ephemeral_5m_input_tokens' },
] as const;

/** What Claude counts. The end of a stream counts again, and only what has changed. */
export function countsOf(usage: unknown): InvokeCounts {
  const figures = isObject(usage) ? usage : {};
  const created = figures['cache_creation'];
  const written = isObject(created) ? created : {};
  const cacheDetails = lives.flatMap(({ ttl, name }) => {
    const inputTokens = countIn(written[name]);
    return inputTokens ? [{ ttl, inputTokens }] : [];
  });
  return { ...pickCounts(figures, counts), ...(cacheDetails.length > 0 && { cacheDetails }) };
}
