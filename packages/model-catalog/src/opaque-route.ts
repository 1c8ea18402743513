import type { Route } from '@outcrop/converse';
import type { Arn } from './arn.ts';
import type { Named } from './names.ts';
import { destinationsOf } from './residency.ts';
import { type CatalogRoute, routeOf } from './routes.ts';
import type { CatalogSnapshot } from './snapshot.ts';

/** How requests travel to what no list holds, by the type of resource in its ARN. */
const routes: Record<string, Route> = {
  'application-inference-profile': 'application',
  'provisioned-model': 'provisioned',
  'custom-model': 'custom',
  'custom-model-deployment': 'custom',
  'imported-model': 'imported',
};

/** The way to an ARN that says nothing about its model; `base` is what its owner says of it. */
export function opaqueRoute(
  { arn, region, resource }: Arn,
  base: Named | undefined,
  snapshot: CatalogSnapshot,
): CatalogRoute {
  const route = Object.hasOwn(routes, resource) ? (routes[resource] as Route) : resource;
  const way = { id: arn, region, route, certain: true, ...travels(route, region, base, snapshot) };
  if (base === undefined) {
    const message = `What is behind ${arn} is not known, so nothing is known of what it can do and costs. Say it by baseModel.`;
    const warnings = [{ code: 'unknown_base_model', message }];
    return { ...way, model: arn, api: 'converse', quotaKey: `${region}/${arn}`, traits: {}, warnings };
  }
  // An application profile of a profile draws on that profile's quota; all others have one of their own.
  if (route === 'application' && base.profile) return routeOf(base.model, way);
  return { ...routeOf(base.model, way), quotaKey: `${region}/${arn}` };
}

/** Models that an account has to itself stay where they are. A profile goes where what it was copied from goes. */
function travels(
  route: Route,
  region: string,
  base: Named | undefined,
  snapshot: CatalogSnapshot,
): Pick<CatalogRoute, 'destinations' | 'geography'> {
  if (route === 'provisioned' || route === 'custom' || route === 'imported') return { destinations: [region] };
  if (route !== 'application' || !base?.profile) return {};
  const destinations = destinationsOf(base.profile, region, snapshot);
  return { geography: base.profile.geography, ...(destinations && { destinations }) };
}
