import type { CatalogModel, CatalogSnapshot, Profile } from '../src/snapshot.ts';
import { choosePrices } from './choose-price.ts';
import { type FactPath, type ModelData, readData } from './data.ts';
import { settle } from './settle.ts';

// Facts of the model rather than of its traits. `apis` is for people who read the data.
const outsideTraits = new Set<string>(['aliveIn', 'dimensions', 'endpoints', 'apis']);

/** What the data says, in the form that the catalog loads. */
export function buildSnapshot(): CatalogSnapshot {
  const data = readData();
  const models = data.models.map((model) => buildModel(model, data.sources)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const problems = models.flatMap((model) => checkModel(model, models, Object.keys(data.sources)));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const sources = Object.fromEntries(
    Object.entries(data.sources).map(([name, { what, date }]) => [name, { what, date }]),
  );
  return { models, sources, areas: data.areas, profilesStayIn: data.profilesStayIn };
}

function buildModel(data: ModelData, sources: ReturnType<typeof readData>['sources']): CatalogModel {
  const traits: Record<string, unknown> = { family: data.family };
  const rest: Record<string, unknown> = {};
  const uncertain: string[] = [];
  const said: Record<string, string[]> = {};
  for (const [path, fact] of Object.entries(data.facts)) {
    const settled = fact && settle(fact, sources);
    if (!settled) continue;
    if (outsideTraits.has(path)) rest[path] = settled.value;
    else setAt(traits, path as FactPath, settled.value);
    if (settled.uncertain) uncertain.push(path);
    said[settled.source] = [...(said[settled.source] ?? []), path];
  }
  delete rest['apis'];
  if (data.regions) said[data.regions.source] = [...(said[data.regions.source] ?? []), 'regions'];
  const { value: regions, maybe: maybeRegions } = data.regions ?? {};
  const geographies = [...new Set((data.profiles ?? []).map(({ geography }) => geography))];
  return withoutUndefined({
    id: data.id,
    name: data.name,
    provider: data.provider,
    kind: data.kind,
    alsoCalled: data.alsoCalled,
    traits,
    ...rest,
    regions,
    maybeRegions,
    profiles: (data.profiles ?? []).map(buildProfile),
    prices: choosePrices(data.prices ?? [], geographies, sources),
    uncertain: uncertain.length > 0 ? uncertain : undefined,
    sources: said,
  });
}

function setAt(traits: Record<string, unknown>, path: FactPath, value: unknown): void {
  const [group = '', name] = path.split('.');
  if (name === undefined) traits[group] = value;
  else traits[group] = { ...(traits[group] as object), [name]: value };
}

// Sources that contradict each other about a whole profile leave it probable.
function buildProfile({ id, geography, from, to, doubt }: NonNullable<ModelData['profiles']>[number]): Profile {
  return withoutUndefined({ id, geography, from: doubt && from ? [] : from, maybeFrom: doubt ? from : undefined, to });
}

function checkModel(model: CatalogModel, models: CatalogModel[], sources: string[]): string[] {
  const { successor } = model.traits.lifecycle ?? {};
  const unknown = Object.keys(model.sources).filter((name) => !sources.includes(name));
  return [
    ...unknown.map((name) => `${model.id}: names the source '${name}', which sources.json does not have.`),
    ...(successor === undefined || models.some(({ name }) => name === successor)
      ? []
      : [`${model.id}: its successor '${successor}' is no model.`]),
  ];
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
