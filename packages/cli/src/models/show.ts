import { createCatalog } from '@outcrop/bedrock';
import {
  abilities,
  type CatalogModel,
  type CatalogRoute,
  getAvailableRegions,
  isAble,
  isCatalogError,
} from '@outcrop/model-catalog';
import { WrongUse } from '../failure.ts';
import { amount } from '../figures.ts';
import { layOut } from '../table.ts';
import type { Screen, Terminal } from '../terminal.ts';
import { rate, within } from './models.ts';
import { checkPlaces, type Places } from './places.ts';

/** Which ways are shown. */
export type ShowOptions = Places & { json?: boolean | undefined };

/** A way to a model, with all the regions that it begins in and that cost the same. */
type Way = CatalogRoute & { regions: string[] };

/** Shows one model. Throws {@link WrongUse} with the nearest names if there is none of that name. */
export function showModel(name: string, { region, residency, json }: ShowOptions, { out }: Terminal): number {
  const catalog = createCatalog();
  const model = modelOf(() => catalog.model(name));
  checkPlaces(catalog, { region, residency });
  const regions = region === undefined ? getAvailableRegions(catalog, name) : [region];
  const routes = within(() => regions.flatMap((each) => catalog.routes(name, { region: each, residency })));
  if (json) {
    const { id, provider, kind, traits } = model;
    const plain = routes.map(({ id, region, route, certain, destinations, price }) => ({
      id,
      region,
      route,
      certain,
      destinations,
      price,
    }));
    out.write(`${JSON.stringify({ name: model.name, id, provider, kind, traits, routes: plain })}\n`);
    return 0;
  }
  const where = [region && `from ${region}`, residency && `that keeps data in ${residency.join(', ')}`].filter(Boolean);
  const ways = waysOf(routes);
  const warnings = new Set(routes.flatMap((route) => route.warnings.map(({ message }) => message)));
  const { style } = out;
  const lines = [
    `${style('bold', model.name)} by ${model.provider}  ${style('dim', model.id)}`,
    ...[...warnings].map((message) => style('yellow', message)),
    '',
    ...factsOf(model, out),
    '',
    ...(ways.length > 0
      ? wayLines(ways, out)
      : [`No way to it is known${where.length > 0 ? ` ${where.join(' ')}` : ''}.`]),
  ];
  out.write(`${lines.join('\n')}\n`);
  return 0;
}

/** A name with the nearest ones, without the regions that nobody asked for. */
function modelOf(find: () => CatalogModel): CatalogModel {
  try {
    return find();
  } catch (error) {
    if (!isCatalogError(error)) throw error;
    const nearest = error.nearest.map((each) => each.name).join(', ');
    const shown = error.asked;
    if (error.code === 'ambiguous_model') throw new WrongUse(`'${shown}' could be any of ${nearest}.`);
    throw new WrongUse(`no model is called '${shown}'.${nearest === '' ? '' : ` Nearest: ${nearest}.`}`);
  }
}

function factsOf({ traits, kind }: CatalogModel, { style, columns }: Screen): string[] {
  const { contextTokens, maxOutputTokens, outputBurndown } = traits.limits ?? {};
  const { launched, endOfLife, successor } = traits.lifecycle ?? {};
  const by = (able: boolean | undefined) => abilities.filter((ability) => isAble(traits, ability) === able).join(', ');
  const facts: [name: string, value: string | undefined][] = [
    ['kind', kind === 'text' ? undefined : kind],
    ['context', contextTokens === undefined ? undefined : `${amount(contextTokens)} tokens`],
    ['output', maxOutputTokens === undefined ? undefined : `${amount(maxOutputTokens)} tokens at most`],
    ['quota', (outputBurndown ?? 1) > 1 ? `an output token counts as ${outputBurndown}` : undefined],
    ['can', by(true)],
    ['cannot', by(false)],
    ['unknown', by(undefined)],
    ['launched', launched],
    ['ends', endOfLife && `${endOfLife}${successor ? `, then ${successor}` : ''}`],
  ];
  const rows = facts.flatMap(([name, value]) => (value ? [[style('dim', name), value]] : []));
  return layOut(rows, { columns: columns() });
}

function waysOf(routes: readonly CatalogRoute[]): Way[] {
  const ways = new Map<string, Way>();
  for (const route of routes) {
    const key = JSON.stringify([route.id, route.route, route.price]);
    const way = ways.get(key);
    if (way === undefined) ways.set(key, { ...route, regions: [route.region] });
    else way.regions.push(route.region);
  }
  return [...ways.values()];
}

/** One below the other: an id that is broken in two cannot be copied. */
function wayLines(ways: readonly Way[], { style, columns }: Screen): string[] {
  const rows = ways.map(({ route, id, price, destinations, geography, regions }) => {
    const place =
      destinations === undefined ? 'may be anywhere' : `stays in ${placeOf(route, geography, destinations)}`;
    const money = price ? `$${rate(price.input)} in, $${rate(price.output)} out for a million tokens` : 'price unknown';
    return [style('bold', route), `${id}\n${money} · data ${place}\n${style('dim', `from ${regions.join(' ')}`)}`];
  });
  return layOut(rows, { columns: columns() });
}

function placeOf(route: string, geography: string | undefined, destinations: readonly string[]): string {
  return route === 'in_region' ? 'its region' : (geography ?? destinations.join(', '));
}
