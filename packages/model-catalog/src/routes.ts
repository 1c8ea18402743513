import type { Route, Target, Warning } from '@outcrop/converse';
import { warningsOf } from './lifecycle.ts';
import type { Named } from './names.ts';
import { priceFor } from './price.ts';
import { destinationsOf, regionsOf } from './residency.ts';
import type { CatalogModel, CatalogSnapshot, Price, Profile } from './snapshot.ts';

/** One way to a model from one region: a {@link Target}, and what choosing needs to know of it. */
export type CatalogRoute = Target & {
  /** The base model's id, unless nobody said what is behind an ARN. */
  modelId?: string | undefined;
  /** The geography of its profile: `us`, `eu`, `apac`, `jp` …, or `global`. */
  geography?: string | undefined;
  /** Regions that data may travel to at most, the one it is sent to included. Left out: it may be anywhere. */
  destinations?: string[] | undefined;
  /** `false`: sources contradict each other, or infer it. The service knows. */
  certain: boolean;
  price?: Price | undefined;
  /** What its user should know, such as that the model is retired, and what comes after it. */
  warnings: Warning[];
};

/** Under which conditions ways are looked for. */
export type RouteOptions = {
  /** The region that requests are sent to. Without it only an ARN, which names one, has a way. */
  region?: string | undefined;
  /**
   * Where data may be: areas such as `eu`, `us` or `jp`, or regions. Ways that might leave them do not count.
   *
   * @default anywhere
   */
  residency?: readonly string[] | undefined;
  /**
   * Which ways come first; those that are not named come after them.
   *
   * @default certain ones first, then `in_region`, `geo`, `global`, `application`
   */
  prefer?: readonly Route[] | undefined;
  /** What is behind an id that no list holds, such as an application profile: a name, or the id of a profile. */
  baseModel?: string | undefined;
};

const usual: readonly Route[] = ['in_region', 'geo', 'global', 'application'];

/** All ways to what the name stands for, the best first. A profile's id allows that profile only. */
export function routesTo({ model, profile }: Named, options: RouteOptions, snapshot: CatalogSnapshot): CatalogRoute[] {
  const { region, residency, prefer } = options;
  if (region === undefined) return [];
  const found = profile
    ? byProfile(model, profile, region, snapshot, true)
    : [
        ...inRegion(model, region),
        ...model.profiles.flatMap((each) => byProfile(model, each, region, snapshot, false)),
      ];
  return within(residency, found, snapshot).sort(order(prefer));
}

/** The ways on which data stays within those areas. */
export function within(
  residency: readonly string[] | undefined,
  routes: CatalogRoute[],
  snapshot: CatalogSnapshot,
): CatalogRoute[] {
  if (residency === undefined) return routes;
  const allowed = regionsOf(residency, snapshot);
  return routes.filter(({ destinations }) => destinations?.every((region) => allowed.has(region)));
}

function inRegion(model: CatalogModel, region: string): CatalogRoute[] {
  const certain = model.regions?.includes(region) ?? false;
  if (!certain && !model.maybeRegions?.includes(region)) return [];
  return [routeOf(model, { id: model.id, region, route: 'in_region', certain, destinations: [region] })];
}

function byProfile(
  model: CatalogModel,
  profile: Profile,
  region: string,
  snapshot: CatalogSnapshot,
  named: boolean,
): CatalogRoute[] {
  const { id, geography, from, maybeFrom, application } = profile;
  const certain = from?.includes(region) ?? false;
  // Whoever names a profile of which no origins are known, knows better; unless it is another geography's region.
  const allowed = named && from === undefined && maybeFrom === undefined && isOrigin(geography, region, snapshot);
  if (!certain && !maybeFrom?.includes(region) && !allowed) return [];
  const route = application ? 'application' : routeOfGeography(geography);
  const destinations = destinationsOf(profile, region, snapshot);
  return [routeOf(model, { id, region, route, certain, destinations, geography })];
}

function routeOfGeography(geography: string): Route {
  return geography === 'global' ? 'global' : geography === 'region' ? 'in_region' : 'geo';
}

/** Whether any profile of that geography can be called from the region. */
function isOrigin(geography: string, region: string, { models }: CatalogSnapshot): boolean {
  return models.some(({ profiles }) =>
    profiles.some(
      (each) => each.geography === geography && (each.from?.includes(region) || each.maybeFrom?.includes(region)),
    ),
  );
}

type Way = {
  id: string;
  region: string;
  route: Route;
  certain: boolean;
  destinations?: string[] | undefined;
  geography?: string | undefined;
};

/** Everything about one way to a model. */
export function routeOf(
  model: CatalogModel,
  { id, region, route, certain, destinations, geography }: Way,
): CatalogRoute {
  // An application profile draws on the bucket of what it was copied from, and costs the same.
  const drawn = route === 'application' && geography !== undefined ? routeOfGeography(geography) : route;
  const { converse, invokeFormat } = model.traits;
  const price = priceFor(model, { route: drawn, region, geography });
  return {
    model: model.name,
    modelId: model.id,
    id,
    region,
    route,
    ...(geography !== undefined && { geography }),
    api: converse === false && invokeFormat !== undefined ? 'invoke' : 'converse',
    quotaKey: `${region}/${model.id}/${drawn}`,
    ...(destinations !== undefined && { destinations }),
    certain,
    ...(price !== undefined && { price }),
    traits: model.traits,
    warnings: warningsOf(model, region),
  };
}

function order(prefer: readonly Route[] | undefined): (a: CatalogRoute, b: CatalogRoute) => number {
  const ranks = [...(prefer ?? []), ...usual];
  const rank = ({ route }: CatalogRoute) => ranks.indexOf(route);
  const doubt = ({ certain }: CatalogRoute) => (certain ? 0 : 1);
  // What the caller prefers weighs more than what we are sure of.
  return (a, b) => (prefer ? rank(a) - rank(b) || doubt(a) - doubt(b) : doubt(a) - doubt(b) || rank(a) - rank(b));
}
