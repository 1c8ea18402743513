/** What `list` answers: as much of ListFoundationModels and ListInferenceProfiles of one region as is needed. */
export type RegionListing = {
  modelSummaries: FoundationModelSummary[];
  inferenceProfileSummaries: InferenceProfileSummary[];
};

/** A model in ListFoundationModels, in AWS's spelling. */
export type FoundationModelSummary = {
  modelId?: string | undefined;
  modelName?: string | undefined;
  providerName?: string | undefined;
  inputModalities?: string[] | undefined;
  outputModalities?: string[] | undefined;
  responseStreamingSupported?: boolean | undefined;
  /** `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`. */
  inferenceTypesSupported?: string[] | undefined;
  modelLifecycle?:
    | { status?: string | undefined; legacyTime?: string | Date | undefined; endOfLifeTime?: string | Date | undefined }
    | undefined;
};

/** A profile in ListInferenceProfiles, in AWS's spelling. */
export type InferenceProfileSummary = {
  inferenceProfileId?: string | undefined;
  inferenceProfileName?: string | undefined;
  inferenceProfileArn?: string | undefined;
  models?: { modelArn?: string | undefined }[] | undefined;
  status?: string | undefined;
  /** `SYSTEM_DEFINED` or `APPLICATION`. */
  type?: string | undefined;
};

/** Asks one region for all its models and profiles, page by page. */
export type ListRegion = (region: string, options: { signal?: AbortSignal | undefined }) => Promise<RegionListing>;
