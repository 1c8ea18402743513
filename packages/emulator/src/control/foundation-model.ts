import type { CatalogModel } from '@outcrop/model-catalog';

/** A model in AWS's spelling. */
export type FoundationModel = {
  modelArn: string;
  modelId: string;
  modelName: string;
  providerName: string;
  inputModalities: string[];
  outputModalities: string[];
  responseStreamingSupported: boolean;
  customizationsSupported: string[];
  inferenceTypesSupported: string[];
  modelLifecycle: {
    status: 'ACTIVE' | 'LEGACY';
    startOfLifeTime?: string;
    legacyTime?: string;
    endOfLifeTime?: string;
  };
};

/** Whether the region knows of the model: it can be called there by its own id or by a profile, and it is not retired. */
export function isListed(model: CatalogModel, region: string): boolean {
  const { traits, aliveIn = [], endpoints = ['bedrock-runtime'] } = model;
  if (!endpoints.includes('bedrock-runtime')) return false;
  if (traits.lifecycle?.status === 'retired' && !aliveIn.includes(region)) return false;
  return inferenceTypes(model, region).length > 0;
}

/** What the region says of the model. */
export function foundationModel(model: CatalogModel, region: string): FoundationModel {
  const { id, name, provider, traits } = model;
  const { status, launched, legacyFrom, endOfLife } = traits.lifecycle ?? {};
  return {
    modelArn: modelArn(id, region),
    modelId: id,
    modelName: name,
    providerName: provider,
    inputModalities: inputModalities(model),
    outputModalities: outputModalities(model),
    responseStreamingSupported: traits.streaming ?? false,
    // The catalog knows nothing of training.
    customizationsSupported: [],
    inferenceTypesSupported: inferenceTypes(model, region),
    modelLifecycle: {
      status: status === undefined || status === 'active' ? 'ACTIVE' : 'LEGACY',
      ...(launched !== undefined && { startOfLifeTime: timeOf(launched) }),
      ...(legacyFrom !== undefined && { legacyTime: timeOf(legacyFrom) }),
      ...(endOfLife !== undefined && { endOfLifeTime: timeOf(endOfLife) }),
    },
  };
}

/** The ARN of a model; without a region it stands for all of them. */
export function modelArn(id: string, region: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${id}`;
}

export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

export function timeOf(date: string): string {
  return `${date}T00:00:00Z`;
}

function inferenceTypes({ regions = [], maybeRegions = [], profiles }: CatalogModel, region: string): string[] {
  const onDemand = regions.includes(region) || maybeRegions.includes(region);
  const byProfile = profiles.some(({ from = [], maybeFrom = [] }) => [...from, ...maybeFrom].includes(region));
  return [...(onDemand ? ['ON_DEMAND'] : []), ...(byProfile ? ['INFERENCE_PROFILE'] : [])];
}

function inputModalities({ kind, traits: { input = {} } }: CatalogModel): string[] {
  const { image, video, audio } = input;
  if (kind === 'speech') return ['SPEECH'];
  return ['TEXT', ...(image ? ['IMAGE'] : []), ...(video ? ['VIDEO'] : []), ...(audio ? ['AUDIO'] : [])];
}

function outputModalities({ kind, traits: { outputModalities } }: CatalogModel): string[] {
  if (kind === 'embedding') return ['EMBEDDING'];
  return (outputModalities ?? [kind === 'speech' ? 'speech' : 'text']).map((each) => each.toUpperCase());
}
