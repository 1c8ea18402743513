import type { Route } from '@outcrop/converse';
import type { CatalogModel, Price } from './snapshot.ts';

/** What is known of the price of one way to a model. */
export function priceFor(
  { prices }: CatalogModel,
  { route, region, geography }: { route: Route; region: string; geography?: string | undefined },
): Price | undefined {
  switch (route) {
    case 'in_region':
      return prices[`in_region:${region}`] ?? prices['in_region'];
    case 'geo':
      return prices[`geo:${geography}`];
    case 'global':
      return prices['global'];
    default:
      return undefined;
  }
}
