import type { BulkOptions } from '@outcrop/bedrock';
import { type Catalog, type CatalogRoute, costOf, estimateTokens } from '@outcrop/model-catalog';
import { WrongUse } from '../failure.ts';
import { dollars } from '../figures.ts';

type Budget = NonNullable<BulkOptions['budget']>;

/** Where requests may be answered. */
type Selection = {
  models: readonly string[];
  regions: readonly string[];
  residency?: readonly string[] | undefined;
};

/**
 * Keeps a run within so many dollars: a request counts for the most that it may cost, on the dearest of its ways, until
 * it is answered. Throws {@link WrongUse} if nobody knows a price, for then nobody can keep to it.
 */
export function createBudget(usd: number, catalog: Catalog, selection: Selection): Budget {
  const routes = pricedRoutes(catalog, selection);
  const mostOutput = (route: CatalogRoute) => route.traits.limits?.maxOutputTokens ?? 0;
  return {
    usd,
    estimateCost({ request }) {
      const inputTokens = estimateTokens(request).high;
      const costs = routes.map((route) => {
        const outputTokens = request.inferenceConfig?.maxTokens ?? mostOutput(route);
        return costOf({ inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }, route).usd;
      });
      return { usd: Math.max(...costs) };
    },
  };
}

/** Why not one request was sent. */
export function tooSmall(usd: number): string {
  return `--budget ${dollars(usd)} is less than one request may cost at most: set --max-tokens near what is expected, or give more.`;
}

/** Each way once for each price. */
function pricedRoutes(catalog: Catalog, { models, regions, residency }: Selection): CatalogRoute[] {
  const routes = models.flatMap((model) => regions.flatMap((region) => catalog.routes(model, { region, residency })));
  for (const { model, price } of routes) {
    if (price?.input === undefined || price.output === undefined) {
      throw new WrongUse(`no price of ${model} is known, so --budget could not be kept to.`);
    }
  }
  const byPrice = new Map(routes.map((route) => [JSON.stringify([route.model, route.price]), route]));
  return [...byPrice.values()];
}
