import { type Ability, abilities, type Catalog, type CatalogModel, isAble } from '@outcrop/model-catalog';

/** A model as the page's table has it. */
export type ModelRow = {
  id: string;
  name: string;
  provider: string;
  kind: CatalogModel['kind'];
  status: string;
  can: Ability[];
  contextTokens?: number | undefined;
  maxOutputTokens?: number | undefined;
  usdPerMillionIn?: number | undefined;
  usdPerMillionOut?: number | undefined;
  regions: string[];
  profiles: string[];
};

/** What `GET /api/models` answers: the catalog, as far as a table needs it. */
export function modelRows({ models }: Catalog): ModelRow[] {
  return models.map((model) => {
    const { id, name, provider, kind, traits, profiles, prices, regions = [] } = model;
    const price = prices['in_region'] ?? prices['geo:us'] ?? prices['global'];
    const from = profiles.flatMap(({ from = [] }) => from);
    return {
      id,
      name,
      provider,
      kind,
      status: traits.lifecycle?.status ?? 'active',
      can: abilities.filter((ability) => isAble(traits, ability)),
      contextTokens: traits.limits?.contextTokens,
      maxOutputTokens: traits.limits?.maxOutputTokens,
      usdPerMillionIn: price?.input,
      usdPerMillionOut: price?.output,
      regions: [...new Set([...regions, ...from])].sort(),
      profiles: profiles.map((profile) => profile.id),
    };
  });
}
