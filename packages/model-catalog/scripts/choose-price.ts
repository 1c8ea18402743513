import type { Price, Rates } from '../src/snapshot.ts';
import type { PriceData, SourceData } from './data.ts';
import { byTrust } from './trust.ts';

const rateNames = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

/**
 * One price for each way a request can go, out of all that the sources say.
 *
 * What was said of one region holds for that region. Of the rest, the source of the highest trust wins, and of two
 * entries of one source the one that is about less. What the winner does not say is taken from others that agree with
 * it on input and output. A way of which nobody spoke takes the price within the region, and says so.
 */
export function choosePrices(
  entries: PriceData[],
  geographies: string[],
  sources: Record<string, SourceData>,
): Record<string, Price> {
  const prices: Record<string, Price> = {};
  const choose = (scopes: string[]) => {
    const said = entries.filter(({ scope, ...price }) => scopes.includes(scope) && hasRates(price));
    said.sort((a, b) => byTrust(sources)(a.source, b.source) || scopes.indexOf(a.scope) - scopes.indexOf(b.scope));
    return said.length === 0 ? undefined : merge(said as [PriceData, ...PriceData[]]);
  };

  const inRegion = choose(['listed', 'regional']);
  if (inRegion) prices['in_region'] = inRegion.scope === 'listed' ? priceOf(inRegion, 'us-east-1') : priceOf(inRegion);
  for (const scope of new Set(entries.map(({ scope }) => scope).filter((scope) => scope.startsWith('region:')))) {
    // A list price is said of us-east-1, so there it is one more word.
    const price = choose(scope === 'region:us-east-1' ? [scope, 'listed'] : [scope]);
    if (price) prices[`in_${scope}`] = priceOf(price);
  }
  for (const geography of geographies) {
    const key = geography === 'global' ? 'global' : `geo:${geography}`;
    // GovCloud is a partition with prices of its own.
    const scopes = key === 'global' || key === 'geo:us-gov' ? [key] : [key, 'regional'];
    const price = choose(scopes);
    if (price) prices[key] = priceOf(price);
    else if (inRegion && key !== 'geo:us-gov') prices[key] = priceOf(inRegion, 'in_region');
  }
  return prices;
}

function merge([winner, ...others]: [PriceData, ...PriceData[]]): PriceData {
  const merged = { ...winner };
  for (const other of others) {
    if (other.input !== winner.input || other.output !== winner.output) continue;
    for (const name of [...rateNames, 'long', 'tiers', 'batch', 'other'] as const) {
      if (merged[name] === undefined && other[name] !== undefined) Object.assign(merged, { [name]: other[name] });
    }
  }
  return merged;
}

function priceOf({ scope: _, ...price }: PriceData, basis?: Price['basis']): Price {
  return basis === undefined ? price : { ...price, basis };
}

function hasRates(price: Rates & { other?: unknown }): boolean {
  return price.other !== undefined || rateNames.some((name) => price[name] !== undefined);
}
