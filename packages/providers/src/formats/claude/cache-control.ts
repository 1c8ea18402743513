import type { CachePoint, Warning } from '@outcrop/converse';
import { type JsonObject, present } from '../fields.ts';

// What the model thinks may not be marked.
const unmarked: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);

/**
 * Writes blocks one by one. A cache point is a block of its own in Converse and a mark on the block before it in
 * Claude's body.
 */
export function withCachePoints<Block extends { cachePoint?: CachePoint | undefined }>(
  blocks: readonly Block[],
  path: string,
  write: (block: Block, path: string) => JsonObject,
  warnings: Warning[],
): JsonObject[] {
  const written: JsonObject[] = [];
  for (const [index, block] of blocks.entries()) {
    const at = `${path}[${index}]`;
    const { cachePoint } = block;
    if (!cachePoint) {
      written.push(write(block, at));
      continue;
    }
    const before = written.at(-1);
    if (before && !unmarked.has(before['type'])) {
      before['cache_control'] = present({ type: 'ephemeral', ttl: cachePoint.ttl });
    } else {
      const message = 'The cache point was left out: there is no block before it that may carry one.';
      warnings.push({ code: 'cache_point_dropped', message, path: at });
    }
  }
  return written;
}
