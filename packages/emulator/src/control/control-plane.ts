import { type Catalog, type CatalogModel, createCatalog, type Profile } from '@outcrop/model-catalog';
import { bedrockError } from '../errors.ts';
import { type FoundationModel, foundationModel, isListed } from './foundation-model.ts';
import { type InferenceProfile, inferenceProfile } from './inference-profile.ts';
import { checkQuery, pageOf } from './query.ts';

/** What a client of Bedrock's control plane asks about models, answered for one region. */
export type ControlPlane = {
  listFoundationModels(region: string, query: URLSearchParams): { modelSummaries: FoundationModel[] };
  getFoundationModel(region: string, modelId: string): { modelDetails: FoundationModel };
  getFoundationModelAvailability(region: string, modelId: string): Availability;
  listInferenceProfiles(region: string, query: URLSearchParams): ProfilePage;
  getInferenceProfile(region: string, profileId: string): InferenceProfile;
};

/** Whether an account may call a model in a region. */
export type IsEnabled = (modelId: string, region: string) => boolean;

type Availability = {
  modelId: string;
  agreementAvailability: { status: 'AVAILABLE' | 'NOT_AVAILABLE' };
  authorizationStatus: 'AUTHORIZED' | 'NOT_AUTHORIZED';
  entitlementAvailability: 'AVAILABLE' | 'NOT_AVAILABLE';
  regionAvailability: 'AVAILABLE' | 'NOT_AVAILABLE';
};

type ProfilePage = { inferenceProfileSummaries: InferenceProfile[]; nextToken?: string };

/** The control plane that knows what the catalog's snapshot knows. */
export function createControlPlane(isEnabled: IsEnabled): ControlPlane {
  const catalog = createCatalog();

  function modelOf(nameOrArn: string): CatalogModel {
    const id = nameOrArn.split('/').at(-1);
    const model = catalog.models.find((each) => each.id === id);
    if (model === undefined) throw bedrockError('ValidationException', 'The provided model identifier is invalid.');
    return model;
  }

  function profilesIn(region: string): InferenceProfile[] {
    return catalog.models.flatMap((model) => {
      return isListed(model, region) ? profilesOf(model, region, catalog) : [];
    });
  }

  return {
    listFoundationModels(region, query) {
      checkQuery(query, modelFilters);
      const summaries = catalog.models
        .filter((each) => isListed(each, region))
        .map((each) => foundationModel(each, region));
      return { modelSummaries: summaries.filter((each) => agrees(each, query)) };
    },

    getFoundationModel(region, modelId) {
      const model = modelOf(modelId);
      if (!isListed(model, region))
        throw bedrockError('ValidationException', 'The provided model identifier is invalid.');
      return { modelDetails: foundationModel(model, region) };
    },

    getFoundationModelAvailability(region, modelId) {
      const model = modelOf(modelId);
      const enabled = isEnabled(model.id, region);
      const access = enabled ? 'AVAILABLE' : 'NOT_AVAILABLE';
      return {
        modelId: model.id,
        agreementAvailability: { status: access },
        authorizationStatus: enabled ? 'AUTHORIZED' : 'NOT_AUTHORIZED',
        entitlementAvailability: access,
        regionAvailability: isListed(model, region) ? 'AVAILABLE' : 'NOT_AVAILABLE',
      };
    },

    listInferenceProfiles(region, query) {
      checkQuery(query, { type: ['SYSTEM_DEFINED', 'APPLICATION'] });
      // Nobody can make a profile of an application here, so there is none.
      const profiles = query.get('type') === 'APPLICATION' ? [] : profilesIn(region);
      const { items, nextToken } = pageOf(profiles, query);
      return { inferenceProfileSummaries: items, ...(nextToken !== undefined && { nextToken }) };
    },

    getInferenceProfile(region, profileId) {
      const id = profileId.split('/').at(-1);
      const found = profilesIn(region).find((each) => each.inferenceProfileId === id);
      if (found) return found;
      throw bedrockError('ResourceNotFoundException', 'The requested inference profile could not be found.');
    },
  };
}

const modelFilters = {
  byOutputModality: ['TEXT', 'IMAGE', 'EMBEDDING'],
  byInferenceType: ['ON_DEMAND', 'PROVISIONED'],
  byCustomizationType: ['FINE_TUNING', 'CONTINUED_PRE_TRAINING', 'DISTILLATION'],
};

function agrees(model: FoundationModel, query: URLSearchParams): boolean {
  const filters: [filter: string, values: string[]][] = [
    ['byProvider', [model.providerName]],
    ['byOutputModality', model.outputModalities],
    ['byInferenceType', model.inferenceTypesSupported],
    ['byCustomizationType', model.customizationsSupported],
  ];
  return filters.every(([filter, values]) => {
    const wanted = query.get(filter)?.toLowerCase();
    return wanted === undefined || values.some((value) => value.toLowerCase() === wanted);
  });
}

function profilesOf(model: CatalogModel, region: string, catalog: Catalog): InferenceProfile[] {
  const here = ({ from = [], maybeFrom = [] }: Profile) => from.includes(region) || maybeFrom.includes(region);
  return model.profiles.filter(here).map((profile) => inferenceProfile(model, profile, region, catalog));
}
