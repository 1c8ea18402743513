import type { Route } from '@outcrop/converse';
import type { CatalogModel, Price } from './snapshot.ts';

/** What is known of the price of one way to a model. */
export function priceFor(
  { prices }: CatalogModel,
  { route, region, geography }: { route: Route; region: string; geography?: string | undefined },
): Price | undefined {
  switch (route) {
    case 'in_region':
      return prices[`in_region:${region}`] ?? inRegion(prices['in_region'], region);
    case 'geo':
      return prices[`geo:${geography}`];
    case 'global':
      return prices['global'];
    default:
      return undefined;
  }
}

// A list price is said of us-east-1, and is certain there only.
function inRegion(price: Price | undefined, region: string): Price | undefined {
  if (price?.basis !== region) return price;
  const { basis: _, ...certain } = price;
  return certain;
}
