import type { Route } from './routes.ts';

export const serveListFoundationModels: Route = async ({ control }, { json, region, query }) => {
  json(control.listFoundationModels(region, query));
};

export const serveGetFoundationModel: Route = async ({ control }, { json, region }, { modelId = '' }) => {
  json(control.getFoundationModel(region, modelId));
};

export const serveGetFoundationModelAvailability: Route = async ({ control }, { json, region }, { modelId = '' }) => {
  json(control.getFoundationModelAvailability(region, modelId));
};

export const serveListInferenceProfiles: Route = async ({ control }, { json, region, query }) => {
  json(control.listInferenceProfiles(region, query));
};

export const serveGetInferenceProfile: Route = async ({ control }, { json, region }, { profileId = '' }) => {
  json(control.getInferenceProfile(region, profileId));
};
