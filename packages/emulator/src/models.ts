import type { ModelTraits, Route } from '@outcrop/converse';
import { bundledSnapshot, type CatalogModel, createCatalog } from '@outcrop/model-catalog';

/** What a model id stands for, seen from a region. */
export type Place = {
  modelId: string;
  region: string;
  /** Which list, or which part of an account, knows it. */
  kind: 'unknown' | 'added' | 'base' | 'profile' | 'own' | 'variant';
  model: CatalogModel | undefined;
  /** All that is known or probable. */
  traits: ModelTraits;
  /** Without what is only probable: nothing is refused because of that. */
  certain: ModelTraits;
  /** How a request travels, if it can. */
  route: Route | undefined;
  /** Whether a profile of the model can be called from there. */
  hasProfile: boolean;
  /** The region that an ARN names. */
  arnRegion: string | undefined;
  resource: string | undefined;
  /** Calls with the same key draw on the same quota. */
  key: string;
};

/** What somebody adds to the models, or knows better about them: traits by id or ARN. */
export type AddedModels = Readonly<Record<string, ModelTraits>>;

export type Models = {
  /** What the id stands for in that region, known or not. */
  find(modelId: string, region: string): Place;
};

/** The models that the catalog knows, and those that were added. */
export function createModels(added: AddedModels = {}): Models {
  const places = new Map<string, Place>();
  return {
    find(modelId, region) {
      const name = `${region} ${modelId}`;
      let place = places.get(name);
      if (place === undefined) {
        place = findPlace(modelId, region, added);
        // Whoever makes ids up must not fill the memory.
        if (places.size >= maxPlaces) places.clear();
        places.set(name, place);
      }
      return place;
    },
  };
}

const maxPlaces = 1_000;
const arnPattern = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):([a-z\d-]*):\d*:([a-z-]+)\/(.+)$/s;
// Of old models, by their context, for provisioned throughput only.
const contextVariant = /:\d+k$/;

// Resources that an account has to itself: what is behind them, their names don't say.
const ownRoutes: Record<string, Route> = {
  'application-inference-profile': 'application',
  'provisioned-model': 'provisioned',
  'custom-model': 'custom',
  'custom-model-deployment': 'custom',
  'imported-model': 'imported',
  prompt: 'prompt',
  'prompt-router': 'prompt_router',
  'default-prompt-router': 'prompt_router',
  endpoint: 'marketplace',
};

function findPlace(modelId: string, region: string, added: AddedModels): Place {
  const [, arnRegion, resource, idInArn] = arnPattern.exec(modelId) ?? [];
  const own = resource === undefined ? undefined : Object.hasOwn(ownRoutes, resource) && ownRoutes[resource];
  const nothing = { modelId, region, model: undefined, hasProfile: false, arnRegion, resource, route: undefined };
  const traits = Object.hasOwn(added, modelId) ? (added[modelId] as ModelTraits) : undefined;
  const key = `${region}/${modelId}`;
  if (own) return { ...nothing, kind: 'own', traits: traits ?? {}, certain: traits ?? {}, route: own, key };
  if (traits) return { ...nothing, kind: 'added', traits, certain: traits, route: 'in_region', key };

  const isListed = resource === undefined || resource === 'foundation-model' || resource === 'inference-profile';
  const id = idInArn ?? modelId;
  const base = id.replace(contextVariant, '');
  const model = isListed ? (modelsById().get(id) ?? modelsById().get(base)) : undefined;
  if (model === undefined) return { ...nothing, kind: 'unknown', traits: {}, certain: {}, key };

  const ways = catalog.routes(modelsById().has(id) ? id : base, { region });
  const way = ways.find((each) => each.id === id);
  return {
    ...nothing,
    model,
    kind: id === model.id ? 'base' : modelsById().has(id) ? 'profile' : 'variant',
    traits: model.traits,
    certain: certainTraits(model),
    // Where nobody lists its regions, nobody can say that it is not there.
    route: way?.route ?? (id === model.id && knowsNoRegion(model) ? 'in_region' : undefined),
    hasProfile: ways.some(({ route }) => route !== 'in_region') || model.profiles.some(isAnywhere),
    key: way?.quotaKey ?? `${region}/${model.id}/in_region`,
  };
}

const catalog = createCatalog();
let byId: Map<string, CatalogModel> | undefined;

/** Models by their own ids and those of their profiles, and by no other name: the service knows no other. */
function modelsById(): Map<string, CatalogModel> {
  byId ??= new Map(
    bundledSnapshot().models.flatMap((model) =>
      [model.id, ...model.profiles.map(({ id }) => id)].map((id) => [id, model] as const),
    ),
  );
  return byId;
}

function isAnywhere({ from, maybeFrom }: CatalogModel['profiles'][number]): boolean {
  return from === undefined && maybeFrom === undefined;
}

function knowsNoRegion({ regions, traits }: CatalogModel): boolean {
  return regions === undefined || (regions.length === 0 && traits.lifecycle?.status === 'retired');
}

function certainTraits({ traits, uncertain = [] }: CatalogModel): ModelTraits {
  if (uncertain.length === 0) return traits;
  const copy = structuredClone(traits) as Record<string, unknown>;
  for (const path of uncertain) {
    const [group = '', field] = path.split('.');
    if (field === undefined) delete copy[group];
    else delete (copy[group] as Record<string, unknown> | undefined)?.[field];
  }
  return copy;
}
