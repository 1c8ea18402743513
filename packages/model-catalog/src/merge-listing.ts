import { withTraits } from '@outcrop/converse';
import { readArn } from './arn.ts';
import type { FoundationModelSummary, InferenceProfileSummary, RegionListing } from './listing.ts';
import { nameKey } from './names.ts';
import type { CatalogModel, CatalogSnapshot, Profile } from './snapshot.ts';

// Variants of old models that differ by their context, for provisioned throughput only.
const contextVariant = /:\d+k$/;

/**
 * Lays what the service lists in some regions over a snapshot. In those regions the service's word counts, in all
 * others the snapshot's. What the service does not speak of stays: tools, prices, limits.
 */
export function mergeListings(
  snapshot: CatalogSnapshot,
  listings: ReadonlyMap<string, RegionListing>,
): CatalogSnapshot {
  const models = new Map(snapshot.models.map((model) => [model.id, model]));
  for (const [region, { modelSummaries, inferenceProfileSummaries }] of listings) {
    const listed = new Map(modelSummaries.flatMap((each) => (isBase(each) ? [[each.modelId, each]] : [])));
    const profiles = inferenceProfileSummaries.flatMap((each) => profileFrom(each, region));
    for (const summary of [...listed.values(), ...profiles]) {
      if (!models.has(summary.modelId)) models.set(summary.modelId, newModel(summary, models));
    }
    for (const model of models.values()) {
      const own = profiles.filter(({ modelId }) => modelId === model.id).map(({ profile }) => profile);
      models.set(
        model.id,
        inRegion(
          model,
          region,
          listed.get(model.id),
          own.map((each) => withGeography(each, own)),
        ),
      );
    }
  }
  return { ...snapshot, models: [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

type BaseModel = FoundationModelSummary & { modelId: string };

function isBase(summary: FoundationModelSummary): summary is BaseModel {
  return summary.modelId !== undefined && !contextVariant.test(summary.modelId);
}

function newModel(
  { modelId, modelName, providerName, ...summary }: BaseModel,
  known: Map<string, CatalogModel>,
): CatalogModel {
  // The service gives one name to several ids; here a name means one model.
  const isTaken =
    modelName === undefined || [...known.values()].some(({ name }) => nameKey(name) === nameKey(modelName));
  const inputs = summary.inputModalities?.map((each) => each.toLowerCase());
  const outputs = summary.outputModalities?.map((each) => each.toLowerCase());
  const kind = outputs?.includes('embedding') ? 'embedding' : outputs?.includes('speech') ? 'speech' : 'text';
  return {
    id: modelId,
    name: isTaken ? modelId : modelName,
    provider: providerName ?? modelId.split('.')[0] ?? '',
    kind,
    traits: {
      ...(summary.responseStreamingSupported !== undefined && { streaming: summary.responseStreamingSupported }),
      ...(inputs && { input: { image: inputs.includes('image'), video: inputs.includes('video') } }),
      ...(outputs && { outputModalities: outputs }),
    },
    regions: [],
    profiles: [],
    prices: {},
    sources: {},
  };
}

/** What the service says of a model in one region, whose word it is there. */
function inRegion(
  model: CatalogModel,
  region: string,
  listed: FoundationModelSummary | undefined,
  profiles: Profile[],
): CatalogModel {
  const types = listed?.inferenceTypesSupported;
  const onDemand = listed !== undefined && (types === undefined || types.length === 0 || types.includes('ON_DEMAND'));
  const wasThere = isThere(model, region) || model.vanishedFrom?.includes(region);
  const vanished = wasThere && listed === undefined && profiles.length === 0;
  const merged: CatalogModel = {
    ...model,
    traits: lifecycleFrom(model, listed),
    profiles: mergeProfiles(model.profiles, profiles, region),
  };
  if (onDemand || model.regions) merged.regions = (onDemand ? plus : without)(model.regions, region);
  if (listed && model.traits.lifecycle?.status === 'retired') merged.aliveIn = plus(model.aliveIn, region);
  if (model.maybeRegions) merged.maybeRegions = without(model.maybeRegions, region);
  const vanishedFrom = vanished ? plus(model.vanishedFrom, region) : without(model.vanishedFrom, region);
  if (vanishedFrom.length > 0) merged.vanishedFrom = vanishedFrom;
  else delete merged.vanishedFrom;
  return merged;
}

function isThere({ regions, maybeRegions, profiles }: CatalogModel, region: string): boolean {
  const lists = [regions, maybeRegions, ...profiles.flatMap(({ from, maybeFrom }) => [from, maybeFrom])];
  return lists.some((list) => list?.includes(region));
}

function lifecycleFrom(model: CatalogModel, listed: FoundationModelSummary | undefined): CatalogModel['traits'] {
  const { status, legacyTime, endOfLifeTime } = listed?.modelLifecycle ?? {};
  const known = { ACTIVE: 'active', LEGACY: 'legacy' } as const;
  // A model that is retired elsewhere may still be listed here; its end is not taken back for all regions.
  if (status !== 'ACTIVE' && status !== 'LEGACY') return model.traits;
  if (model.traits.lifecycle?.status === 'retired') return model.traits;
  const [legacyFrom, endOfLife] = [dateOf(legacyTime), dateOf(endOfLifeTime)];
  return withTraits(model.traits, {
    lifecycle: {
      status: known[status],
      ...(legacyFrom !== undefined && { legacyFrom }),
      ...(endOfLife !== undefined && { endOfLife }),
    },
  });
}

function dateOf(time: string | Date | undefined): string | undefined {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

function mergeProfiles(before: Profile[], listed: Profile[], region: string): Profile[] {
  const kept = before.map((profile): Profile => {
    const now = listed.find(({ id }) => id === profile.id);
    const to = now ? { ...profile.to, ...now.to } : profile.to;
    return {
      ...profile,
      // Where it is not listed in this region and nothing was known of its origins, nothing is known still.
      ...((now || profile.from) && { from: now ? plus(profile.from, region) : without(profile.from, region) }),
      ...(profile.maybeFrom && { maybeFrom: without(profile.maybeFrom, region) }),
      ...(to && { to }),
    };
  });
  return [...kept, ...listed.filter(({ id }) => !before.some((profile) => profile.id === id))];
}

type ListedProfile = { modelId: string; profile: Profile };

function profileFrom(summary: InferenceProfileSummary, region: string): ListedProfile[] {
  const { inferenceProfileId, inferenceProfileArn, inferenceProfileName = '', models = [], type, status } = summary;
  const isApplication = type === 'APPLICATION';
  const id = isApplication ? inferenceProfileArn : inferenceProfileId;
  const arns = models.flatMap(({ modelArn }) => readArn(modelArn ?? '') ?? []);
  const modelId = arns[0]?.id.replace(contextVariant, '');
  if (id === undefined || modelId === undefined || (status ?? 'ACTIVE') !== 'ACTIVE') return [];
  const destinations = [...new Set(arns.map((arn) => arn.region))].sort();
  // The ARN of a model without a region stands for all of them.
  const geography = destinations.includes('')
    ? 'global'
    : id.endsWith(`.${modelId}`)
      ? id.slice(0, -modelId.length - 1)
      : '';
  const profile: Profile = { id, geography, from: [region] };
  if (geography !== 'global') profile.to = { [region]: destinations };
  if (isApplication) profile.application = { name: inferenceProfileName };
  return [{ modelId, profile }];
}

/** An application profile goes where what it was copied from goes. */
function withGeography(profile: Profile, siblings: Profile[]): Profile {
  if (profile.geography !== '') return profile;
  const [region = ''] = profile.from ?? [];
  const goesTo = ({ to }: Profile) => to?.[region]?.join() ?? '';
  const original = siblings.find((each) => each.application === undefined && goesTo(each) === goesTo(profile));
  return { ...profile, geography: original?.geography ?? (goesTo(profile) === region ? 'region' : 'unknown') };
}

function plus(list: string[] | undefined, region: string): string[] {
  return [...new Set([...(list ?? []), region])].sort();
}

function without(list: string[] | undefined, region: string): string[] {
  return (list ?? []).filter((each) => each !== region);
}
