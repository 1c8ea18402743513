import { type ModelTraits, withTraits } from '@outcrop/converse';
import { type Arn, readArn } from './arn.ts';
import { CatalogError } from './catalog-error.ts';
import { type Ability, isAble } from './find.ts';
import { isRetired, warningsOf } from './lifecycle.ts';
import { findName, indexNames, type Named, type NameIndex } from './names.ts';
import { nearestNames } from './nearest.ts';
import { opaqueRoute } from './opaque-route.ts';
import { originsOf } from './origins.ts';
import { type CatalogRoute, type RouteOptions, routesTo, within } from './routes.ts';
import { bundledSnapshot, type CatalogModel, type CatalogSnapshot } from './snapshot.ts';

/** What is known about the models on Bedrock, and how to ask. Nothing is sent anywhere. */
export type Catalog = {
  /** Every model, retired ones included. */
  readonly models: readonly CatalogModel[];
  /**
   * All of it as plain data, to be kept and made a catalog of again. All catalogs share it: change a
   * `structuredClone` of it.
   */
  readonly snapshot: CatalogSnapshot;
  /** The model of that name, id, profile id or ARN. Throws {@link CatalogError}. */
  model(name: string): CatalogModel;
  /** The best way to a model from a region. Throws {@link CatalogError}, which says where there is one. */
  resolve(name: string, options?: RouteOptions): CatalogRoute;
  /** All ways to a model from a region, the best first; empty if there is none. Throws for names that mean nothing. */
  routes(name: string, options?: RouteOptions): CatalogRoute[];
  /** The models, retired ones apart, that are known to be able to do all that, and to be reachable like that. */
  find(options?: FindOptions): CatalogModel[];
};

/** What is looked for. */
export type FindOptions = Omit<RouteOptions, 'baseModel' | 'prefer'> & {
  /** What the models have to be able to do. What is not known of a model does not count. */
  can?: readonly Ability[] | undefined;
};

/** What a catalog is made of. */
export type CatalogOptions = {
  /** @default the one that comes with the package */
  snapshot?: CatalogSnapshot | undefined;
  /** What you know better, by the names of models. It is laid over the snapshot's traits by `withTraits`. */
  traits?: Readonly<Record<string, ModelTraits>> | undefined;
};

/**
 * Makes a catalog. It costs nothing until it is first asked something.
 *
 * @example
 * ```ts
 * import { createCatalog } from '@outcrop/model-catalog';
 *
 * const catalog = createCatalog();
 * catalog.resolve('Claude Haiku 4.5', { region: 'eu-west-1', residency: ['eu'] }).id;
 * // 'eu.anthropic.claude-haiku-4-5-20251001-v1:0'
 * ```
 */
export function createCatalog({ snapshot, traits = {} }: CatalogOptions = {}): Catalog {
  let loaded: NameIndex | undefined;
  const load = () => {
    loaded ??= withOverrides(snapshot ?? bundledSnapshot(), traits);
    return loaded;
  };
  const routes = (name: string, options: RouteOptions = {}) => routesByName(checkedName(name), options, load());
  return {
    get models() {
      return load().snapshot.models;
    },
    get snapshot() {
      return load().snapshot;
    },
    model: (name) => named(checkedName(name), load()).model,
    routes,
    resolve: (name, options = {}) => routes(name, options)[0] ?? fail(name, options, load()),
    find: ({ can = [], ...where } = {}) => {
      const { snapshot } = load();
      const anywhere = where.region === undefined && where.residency === undefined;
      return snapshot.models.filter(
        (model) =>
          can.every((ability) => isAble(model.traits, ability)) &&
          (anywhere
            ? !isRetired(model)
            : regionsTo({ model }, where, snapshot).some((region) => !isRetired(model, region))),
      );
    },
  };
}

// Names often come out of an environment or a file, where one may be missing.
function checkedName(name: unknown): string {
  if (typeof name === 'string') return name;
  throw new TypeError(`A model is named by a string, and ${name === null ? 'null' : typeof name} was given.`);
}

function withOverrides(snapshot: CatalogSnapshot, overrides: Readonly<Record<string, ModelTraits>>): NameIndex {
  const index = indexNames(snapshot);
  const patches = new Map(Object.entries(overrides).map(([name, patch]) => [named(name, index).model, patch]));
  if (patches.size === 0) return index;
  const models = snapshot.models.map((model) => {
    const patch = patches.get(model);
    return patch === undefined ? model : { ...model, traits: withTraits(model.traits, patch) };
  });
  return indexNames({ ...snapshot, models });
}

function routesByName(name: string, options: RouteOptions, index: NameIndex): CatalogRoute[] {
  const { snapshot } = index;
  const arn = readArn(name);
  const region = options.region ?? (arn?.region || undefined);
  if (region === undefined) throw new TypeError(`'${shown(name)}' names no region, so give one.`);
  if (arn === undefined || arn.resource === 'foundation-model') {
    return routesTo(named(name, index), { ...options, region }, snapshot);
  }
  const known = arn.resource === 'inference-profile' ? named(name, index) : knownBehind(arn, index);
  // An ARN is of one region, and nobody else's.
  if (region !== arn.region) return [];
  if (known) return routesTo(known, { ...options, region }, snapshot).map((route) => ({ ...route, id: arn.arn }));
  const base = options.baseModel === undefined ? undefined : named(options.baseModel, index);
  return within(options.residency, [opaqueRoute(arn, base, snapshot)], snapshot);
}

/** A system profile's ARN ends with its id; an application profile's is known where it was listed. */
function knownBehind({ arn, id }: Arn, index: NameIndex): Named | undefined {
  return findName(index, arn) ?? findName(index, id);
}

function named(name: string, index: NameIndex): Named {
  const arn = readArn(name);
  const found = arn ? knownBehind(arn, index) : findName(index, name);
  if (found) return found;
  const { ambiguous, models } = nearestNames(index, arn?.id ?? name);
  const nearest = models.map((model) => ({ name: model.name, regions: originsOf(model) }));
  const list = nearest.map(({ name, regions }) => `${name} (${briefly(regions)})`).join('; ');
  const code = ambiguous ? 'ambiguous_model' : 'unknown_model';
  const what = ambiguous ? `'${shown(name)}' could be any of` : `No model is called '${shown(name)}'`;
  const message = ambiguous ? `${what}: ${list}.` : list === '' ? `${what}.` : `${what}. Nearest: ${list}.`;
  throw new CatalogError(code, message, { asked: shown(name), nearest });
}

function fail(name: string, options: RouteOptions, index: NameIndex): never {
  const arn = readArn(name);
  const region = options.region ?? arn?.region;
  const conditions = options.residency ? ` that keeps data in ${options.residency.join(', ')}` : '';
  if (arn && arn.resource !== 'foundation-model' && arn.resource !== 'inference-profile') {
    const message = `${shown(name)} is of ${arn.region}. It has no known route from ${region}${conditions}.`;
    throw new CatalogError('no_route', message, { asked: shown(name), region });
  }
  const found = named(name, index);
  const regions = regionsTo(found, { ...options, region: undefined }, index.snapshot);
  const what = found.profile ? `${found.profile.id} (${found.model.name})` : found.model.name;
  const elsewhere =
    regions.length > 0
      ? `It has one from ${briefly(regions)}.`
      : originsOf(found.model).length > 0
        ? 'Nor has it from any other region.'
        : 'Nothing is known of where it can be called from; refreshCatalog asks the service.';
  const age = warningsOf(found.model, region).map(({ message }) => ` ${message}`);
  const message = `${what} has no known route from ${region}${conditions}. ${elsewhere}${age.join('')}`;
  throw new CatalogError('no_route', message, { asked: shown(name), region, regions });
}

/** The regions that it can be called from under those conditions. */
function regionsTo(found: Named, options: RouteOptions, snapshot: CatalogSnapshot): string[] {
  const { profile, model } = found;
  const candidates =
    options.region !== undefined ? [options.region] : profile ? originsOf({ profiles: [profile] }) : originsOf(model);
  return candidates.filter((region) => routesTo(found, { ...options, region }, snapshot).length > 0);
}

function briefly(regions: readonly string[]): string {
  if (regions.length === 0) return 'no known region';
  const [some, more] = [regions.slice(0, 4).join(', '), regions.length - 4];
  return more > 0 ? `${some} and ${more} more` : some;
}

function shown(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
