import type { Problem, Route } from '@outcrop/converse';
import { isCatalogError } from './catalog-error.ts';
import type { Catalog } from './model-catalog.ts';
import { originsOf } from './origins.ts';
import { residencyProblems } from './residency.ts';
import type { CatalogRoute, RouteOptions } from './routes.ts';

/** How a model is reached in a region. */
export type ModelAccessInfo = {
  model: string;
  region: string;
  /** What is sent as the model id. */
  modelId: string;
  accessMethod: Route;
  /** All ways, the best first. */
  routes: CatalogRoute[];
};

/** A set-up, and everything that is wrong with it. */
export type ConfigurationReport = {
  valid: boolean;
  /** How many pairs of a model and a region can be used. */
  modelRegionCombinations: number;
  /** What makes it unusable: names that mean nothing, regions that reach none of the models. */
  errors: Problem[];
  /** What works and should be known: pairs without a route, retired models. */
  warnings: Problem[];
};

/** A set-up to be checked. */
export type Configuration = Omit<RouteOptions, 'region'> & {
  models: readonly string[];
  regions: readonly string[];
};

/** The names of all models that are not retired, or of those that can be called from that region. */
export function getAvailableModels(catalog: Catalog, region?: string): string[] {
  return catalog.find({ region }).map(({ name }) => name);
}

/** All regions that any model can be called from, or that one. */
export function getAvailableRegions(catalog: Catalog, model?: string): string[] {
  const models = model === undefined ? catalog.models : [catalog.model(model)];
  return [...new Set(models.flatMap(originsOf))].sort();
}

/** How a model is reached in a region; nothing if it is not, or if there is no such model. */
export function getModelAccessInfo(
  catalog: Catalog,
  model: string,
  region: string,
  options: Omit<RouteOptions, 'region'> = {},
): ModelAccessInfo | undefined {
  const routes = routesOrNone(catalog, model, { ...options, region });
  const [best] = routes;
  return best && { model: best.model, region, modelId: best.id, accessMethod: best.route, routes };
}

/** Checks a set-up without sending anything, and finds all its problems at once. */
export function validateConfiguration(
  catalog: Catalog,
  { models, regions, ...given }: Configuration,
): ConfigurationReport {
  const report: ConfigurationReport = { valid: false, modelRegionCombinations: 0, errors: [], warnings: [] };
  if (models.length === 0) report.errors.push({ path: 'models', message: 'There is no model: name at least one.' });
  if (regions.length === 0) report.errors.push({ path: 'regions', message: 'There is no region: name at least one.' });
  const misnamed = residencyProblems(given.residency ?? [], catalog.snapshot);
  report.errors.push(...misnamed);
  // What means nothing keeps nothing in: all else that is wrong is still to be found.
  const options = misnamed.length > 0 ? { ...given, residency: undefined } : given;
  const reached = new Set<string>();
  for (const [at, model] of models.entries()) {
    const path = `models[${at}]`;
    const ways = regions.map((region) => {
      try {
        return { region, route: catalog.resolve(model, { ...options, region }) };
      } catch (error) {
        if (!isCatalogError(error)) throw error;
        return { region, error };
      }
    });
    const found = ways.flatMap(({ route }) => (route ? [route] : []));
    const failed = ways.flatMap(({ error }) => (error ? [error] : []));
    for (const { region } of found) reached.add(region);
    report.modelRegionCombinations += found.length;
    // One word is enough for a name that means nothing anywhere; no region at all is the model's problem.
    if (found.length === 0) report.errors.push(...failed.slice(0, 1).map(({ message }) => ({ path, message })));
    else report.warnings.push(...failed.map(({ message }) => ({ path, message })));
    const spoken = new Set(found.flatMap(({ warnings }) => warnings.map(({ message }) => message)));
    report.warnings.push(...[...spoken].map((message) => ({ path, message })));
  }
  const isAnyReached = reached.size > 0;
  const known = isAnyReached ? [] : getAvailableRegions(catalog);
  for (const [at, region] of regions.entries()) {
    if (reached.has(region) || known.includes(region)) continue;
    const who = isAnyReached ? 'None of the models has' : 'No model in the catalog has';
    report.errors.push({ path: `regions[${at}]`, message: `${who} a known route from ${region.slice(0, 40)}.` });
  }
  report.valid = report.errors.length === 0;
  return report;
}

function routesOrNone(catalog: Catalog, model: string, options: RouteOptions): CatalogRoute[] {
  try {
    return catalog.routes(model, options);
  } catch (error) {
    if (isCatalogError(error)) return [];
    throw error;
  }
}
