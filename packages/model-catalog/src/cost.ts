import { type Cost, promptTokens, type ServiceTier, type TokenUsage } from '@outcrop/converse';
import type { Price, Rates } from './snapshot.ts';

/** What else decides about the price of a call. */
export type CostOptions = {
  /** The tier that the reply says it was served by. @default 'default' */
  serviceTier?: ServiceTier['type'] | undefined;
  /** Whether it was part of a batch job. */
  batch?: boolean | undefined;
};

const rateNames: Record<keyof Rates, string> = {
  input: 'input tokens',
  output: 'output tokens',
  cacheRead: 'cache reads',
  cacheWrite5m: 'cache writes for 5 minutes',
  cacheWrite1h: 'cache writes for 1 hour',
};

const reasons: Record<NonNullable<Price['basis']>, string> = {
  'us-east-1': 'the price is that of us-east-1, as none is known of this region',
  in_region: 'the price is that within a region, as none is known of this profile',
};

/**
 * What a call by that route costs. `priced`: all of it is known. `partial`: `usd` is what is known, and `reason` says
 * what is not, or what was taken instead. `no_price`: nothing is known. Zero is a price.
 *
 * @example
 * ```ts
 * import { costOf, createCatalog } from '@outcrop/model-catalog';
 *
 * const route = createCatalog().resolve('Claude Haiku 4.5', { region: 'us-east-1' });
 * costOf({ inputTokens: 1_000_000, outputTokens: 0, totalTokens: 1_000_000 }, route).usd; // 1.1
 * ```
 */
export function costOf(
  usage: TokenUsage,
  { price }: { price?: Price | undefined },
  { serviceTier = 'default', batch = false }: CostOptions = {},
): Cost {
  if (price === undefined) return { usd: 0, status: 'no_price', reason: 'No price is known of this route.' };
  const known = ratesFor(price, promptTokens(usage), batch);
  const missing = price.basis === undefined ? [] : [reasons[price.basis]];
  if (batch && price.batch === undefined) missing.push('the price is that on demand, as none is known of a batch');
  const tier = serviceTier === 'default' ? 1 : price.tiers?.[serviceTier];
  if (tier === undefined) missing.push(`the price is that of the default tier, as none is known of ${serviceTier}`);

  const otherUnits = Object.keys(price.other ?? {})
    .join(', ')
    .replaceAll('_', ' ');
  if (otherUnits !== '') missing.push(`it is also billed by ${otherUnits}, of which token counts do not tell`);

  const counts = Object.entries(countsOf(usage)).filter(([, tokens]) => tokens > 0) as [keyof Rates, number][];
  const unpriced = counts.filter(([name]) => known[name] === undefined).map(([name]) => name);
  if (counts.length > 0 && unpriced.length === counts.length) {
    const what = otherUnits === '' ? 'No price is known of these tokens' : `It is billed by ${otherUnits}`;
    return { usd: 0, status: 'no_price', reason: `${what}.` };
  }
  if (unpriced.length > 0) missing.push(`no price is known of ${unpriced.map((name) => rateNames[name]).join(', ')}`);

  const sum = counts.reduce((usd, [name, tokens]) => usd + tokens * (known[name] ?? 0), 0);
  const usd = Math.round(sum * (tier ?? 1) * 1e6) / 1e12;
  return missing.length === 0 ? { usd, status: 'priced' } : { usd, status: 'partial', reason: sentence(missing) };
}

function ratesFor(price: Price, prompt: number, batch: boolean): Rates {
  if (batch && price.batch) return price.batch;
  return price.long && prompt > price.long.above ? price.long : price;
}

/** Tokens by the rate they are billed at. `inputTokens` holds neither cache reads nor cache writes. */
function countsOf(usage: TokenUsage): Record<keyof Rates, number> {
  const details = usage.cacheDetails ?? [];
  const writtenFor = (wanted: '5m' | '1h') =>
    details.reduce((sum, { ttl, inputTokens }) => sum + (ttl === wanted ? inputTokens : 0), 0);
  const hour = writtenFor('1h');
  // What no detail speaks of lives as long as a cache point without a time: five minutes.
  const rest = Math.max((usage.cacheWriteInputTokens ?? 0) - hour, writtenFor('5m'));
  return {
    input: usage.inputTokens,
    output: usage.outputTokens,
    cacheRead: usage.cacheReadInputTokens ?? 0,
    cacheWrite5m: rest,
    cacheWrite1h: hour,
  };
}

function sentence(parts: string[]): string {
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
