import { createCatalog } from '@outcrop/bedrock';
import {
  type Ability,
  abilities,
  type Catalog,
  type CatalogModel,
  isAble,
  isCatalogError,
} from '@outcrop/model-catalog';
import { oneLine, WrongUse } from '../failure.ts';
import { amount } from '../figures.ts';
import { layOut } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { checkPlaces, type Places } from './places.ts';

/** Which models are asked for. */
export type ModelsOptions = Places & {
  can?: readonly string[] | undefined;
  json?: boolean | undefined;
};

/** Lists the models that have the words in their names and can do what is asked for. */
export function listModels(query: string | undefined, options: ModelsOptions, { out, err }: Terminal): number {
  const catalog = createCatalog();
  checkPlaces(catalog, options);
  const found = findModels(catalog, query, options);
  if (options.json) {
    out.write(`${JSON.stringify(found.map((model) => plainModel(model, catalog, options)))}\n`);
    return 0;
  }
  if (found.length === 0) {
    err.write(`${oneLine(`No model is like that. ${nearestTo(query, catalog)}`)}\n`);
    return 0;
  }
  const head = ['MODEL', 'PROVIDER', 'CONTEXT', 'OUTPUT', 'IN $/M', 'OUT $/M', 'CAN'];
  const rows = found.map((model) => rowOf(model, catalog, options));
  const align = ['left', 'left', 'right', 'right', 'right', 'right', 'left'] as const;
  // Cut for eyes only: whoever pipes it has room.
  const columns = out.isTerminal ? out.columns() : Number.POSITIVE_INFINITY;
  // Of a narrow one the names and the prices are left.
  const shownOf = <T>(cells: readonly T[]): T[] => cells.filter((_, at) => columns >= narrow || namesAndPrices.has(at));
  const table = [head.map((title) => out.style('bold', title)), ...rows].map(shownOf);
  const lines = layOut(table, { columns, align: shownOf(align) });
  out.write(`${lines.join('\n')}\n`);
  return 0;
}

const narrow = 72;
const namesAndPrices: ReadonlySet<number> = new Set([0, 4, 5]);

/** What a table has room for. */
const shown = ['tools', 'images', 'documents', 'video', 'audio', 'reasoning', 'caching', 'structured_output'] as const;

function findModels(
  catalog: Catalog,
  query: string | undefined,
  { region, can = [], residency }: ModelsOptions,
): CatalogModel[] {
  const unknown = can.filter((each) => !(abilities as readonly string[]).includes(each));
  if (unknown.length > 0) throw new WrongUse(`--can knows no ${unknown.join(', ')}: there is ${abilities.join(', ')}.`);
  const words = (query ?? '')
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean);
  const hasAll = ({ name, id, provider, alsoCalled = [] }: CatalogModel) => {
    const text = [name, id, provider, ...alsoCalled].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return within(() => catalog.find({ can: can as Ability[], region, residency }))
    .filter(hasAll)
    .sort((a, b) => a.provider.localeCompare(b.provider) || a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** An area that is none is a wrong use of this command. */
export function within<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof RangeError) throw new WrongUse(error.message);
    throw error;
  }
}

function rowOf(model: CatalogModel, catalog: Catalog, options: ModelsOptions): string[] {
  const { name, provider, traits } = model;
  const { contextTokens, maxOutputTokens } = traits.limits ?? {};
  const { input, output } = priceOf(model, catalog, options) ?? {};
  const can = shown.filter((ability) => isAble(traits, ability));
  return [
    name,
    provider,
    contextTokens === undefined ? '–' : amount(contextTokens),
    maxOutputTokens === undefined ? '–' : amount(maxOutputTokens),
    rate(input),
    rate(output),
    can.join(' '),
  ];
}

/** By the best way from the region that was named, else the first price that there is. */
function priceOf({ name, prices }: CatalogModel, catalog: Catalog, { region, residency }: ModelsOptions) {
  if (region === undefined) return prices['in_region'] ?? Object.values(prices)[0];
  return catalog.routes(name, { region, residency })[0]?.price;
}

/** Dollars for a million tokens. */
export function rate(usd: number | undefined): string {
  return usd === undefined ? '–' : String(Number(usd.toFixed(4)));
}

function plainModel(model: CatalogModel, catalog: Catalog, options: ModelsOptions): object {
  const { id, name, provider, kind, traits } = model;
  const { input, output } = priceOf(model, catalog, options) ?? {};
  const { contextTokens, maxOutputTokens } = traits.limits ?? {};
  const routes =
    options.region === undefined
      ? undefined
      : catalog.routes(name, options).map(({ id, route, destinations }) => ({ id, route, destinations }));
  return {
    name,
    id,
    provider,
    kind,
    contextTokens,
    maxOutputTokens,
    usdPerMillion: { input, output },
    can: abilities.filter((ability) => isAble(traits, ability)),
    routes,
  };
}

function nearestTo(query: string | undefined, catalog: Catalog): string {
  if (query === undefined) return '';
  try {
    return `Did you mean ${catalog.model(query).name}?`;
  } catch (error) {
    if (!isCatalogError(error) || error.nearest.length === 0) return '';
    return `Nearest: ${error.nearest.map(({ name }) => name).join(', ')}.`;
  }
}
