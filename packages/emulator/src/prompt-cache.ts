import { createHash } from 'node:crypto';
import { type CacheDetail, type ContentBlock, type TokenUsage, usageOf } from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import type { EmulatedCall } from './call.ts';
import { tokensIn } from './tokens.ts';

const lifetimesMs = { '5m': 300_000, '1h': 3_600_000 } as const;
type Ttl = keyof typeof lifetimesMs;

// Bedrock user guide, prompt caching: this far before a cache point it looks for what an earlier one has cached.
const lookBackBlocks = 20;
const rememberedPrefixes = 10_000;
const usualMinTokens = 1_024;

/** Remembers which prompts were cached, and says what a call is said to have used. */
export function createPromptCache({ now }: { now: () => number }) {
  const cached = new Map<string, { ttl: Ttl; until: number }>();

  function hit(key: string): boolean {
    const entry = cached.get(key);
    if (entry === undefined || entry.until <= now()) return false;
    remember(key, entry.ttl);
    return true;
  }

  function remember(key: string, ttl: Ttl): void {
    // Deleted first, so that what was used last goes last.
    cached.delete(key);
    cached.set(key, { ttl, until: now() + lifetimesMs[ttl] });
    if (cached.size > rememberedPrefixes) cached.delete(cached.keys().next().value ?? '');
  }

  return {
    /** What a call whose prompt has so many tokens is said to have used for an answer. */
    usageFor(call: EmulatedCall, promptTokens: number, content: ContentBlock[]): TokenUsage {
      const outputTokens = tokensIn(content);
      const traits = hasCachePoint(call) ? call.traits.caching : undefined;
      if (traits?.supported !== true) return usageOf({ inputTokens: promptTokens, outputTokens });

      const { prefixes, points } = prefixesOf(call);
      const minTokens = traits.minTokens ?? usualMinTokens;
      const large = points.filter(({ at }) => (prefixes[at]?.tokens ?? 0) >= minTokens);
      const read = large.reduceRight((found, { at }) => (found > 0 ? found : readAt(prefixes, at, minTokens)), 0);
      const writes: Record<Ttl, number> = { '1h': 0, '5m': 0 };
      let end = read;
      for (const { at, ttl } of large) {
        const { key = '', tokens = 0 } = prefixes[at] ?? {};
        if (tokens <= end) continue;
        writes[ttl] += tokens - end;
        end = tokens;
        remember(key, ttl);
      }
      const cacheDetails = (Object.entries(writes) as [Ttl, number][])
        .filter(([, inputTokens]) => inputTokens > 0)
        .map(([ttl, inputTokens]): CacheDetail => ({ ttl, inputTokens }));
      return usageOf({
        inputTokens: promptTokens - end,
        outputTokens,
        cacheReadInputTokens: read,
        cacheWriteInputTokens: end - read,
        ...(cacheDetails.length > 0 && { cacheDetails }),
      });
    },
  };

  function readAt(prefixes: Prefix[], at: number, minTokens: number): number {
    for (let index = at; index >= Math.max(0, at - lookBackBlocks); index--) {
      const prefix = prefixes[index];
      if (prefix && prefix.tokens >= minTokens && hit(prefix.key)) return prefix.tokens;
    }
    return 0;
  }
}

/** Everything up to a block, as Bedrock puts a prompt together: tools, then the system prompt, then the messages. */
type Prefix = { key: string; tokens: number };

function prefixesOf({ request, modelId, region }: EmulatedCall): {
  prefixes: Prefix[];
  points: { at: number; ttl: Ttl }[];
} {
  const { toolConfig, system = [], messages = [] } = request;
  const pieces = [
    ...(toolConfig?.tools ?? []).map((block) => ({ place: 'tools', block })),
    ...system.map((block) => ({ place: 'system', block })),
    ...messages.flatMap(({ role, content }, turn) => content.map((block) => ({ place: `${role} ${turn}`, block }))),
  ];
  const hash = createHash('sha256').update(`${region} ${modelId}`);
  const prefixes: Prefix[] = [];
  const points: { at: number; ttl: Ttl }[] = [];
  let tokens = 0;
  for (const { place, block } of pieces) {
    if (block.cachePoint) {
      points.push({ at: prefixes.length - 1, ttl: block.cachePoint.ttl ?? '5m' });
      continue;
    }
    tokens += tokensIn(block);
    hash.update(`${place} ${JSON.stringify(toJson(block as ContentBlock))}\n`);
    prefixes.push({ key: hash.copy().digest('base64'), tokens });
  }
  return { prefixes, points };
}

function hasCachePoint({ request: { toolConfig, system = [], messages = [] } }: EmulatedCall): boolean {
  return [toolConfig?.tools ?? [], system, ...messages.map(({ content }) => content)].some((blocks) =>
    (blocks as { cachePoint?: unknown }[]).some(({ cachePoint }) => cachePoint !== undefined),
  );
}
