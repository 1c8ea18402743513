import { ConverseError } from '@outcrop/converse';
import type { Clock } from '@outcrop/retry-core';
import { type AsideOptions, ask } from '../wire/ask.ts';
import type { Link } from '../wire/connect.ts';

/** The models and profiles of a region, in AWS's spelling. `RegionListing` of `@outcrop/model-catalog` takes it. */
export type RegionListing = {
  modelSummaries: ListedModel[];
  inferenceProfileSummaries: ListedProfile[];
};

/** A model in ListFoundationModels. */
export type ListedModel = {
  modelId?: string | undefined;
  modelArn?: string | undefined;
  modelName?: string | undefined;
  providerName?: string | undefined;
  inputModalities?: string[] | undefined;
  outputModalities?: string[] | undefined;
  responseStreamingSupported?: boolean | undefined;
  inferenceTypesSupported?: string[] | undefined;
  modelLifecycle?:
    | { status?: string | undefined; legacyTime?: string | undefined; endOfLifeTime?: string | undefined }
    | undefined;
};

/** A profile in ListInferenceProfiles. */
export type ListedProfile = {
  inferenceProfileId?: string | undefined;
  inferenceProfileName?: string | undefined;
  inferenceProfileArn?: string | undefined;
  models?: { modelArn?: string | undefined }[] | undefined;
  status?: string | undefined;
  type?: string | undefined;
};

// The control plane takes few calls a second, and whoever lists one region mostly lists them all at once.
const jitterMs = 500;
const pageSize = '1000';
const mostPages = 100;

export async function listRegion(
  link: Link,
  region: string,
  { random, delay, ...options }: AsideOptions & Pick<Clock, 'random' | 'delay'>,
): Promise<RegionListing> {
  await delay(random() * jitterMs, options.signal);
  const models = ask(link, { operation: 'ListFoundationModels', region, labels: {} }, options);
  const [{ modelSummaries = [] }, inferenceProfileSummaries] = await Promise.all([
    models as Promise<Partial<RegionListing>>,
    listProfiles(link, region, options),
  ]);
  return { modelSummaries, inferenceProfileSummaries };
}

async function listProfiles(link: Link, region: string, options: AsideOptions): Promise<ListedProfile[]> {
  const profiles: ListedProfile[] = [];
  let query: Record<string, string> = { maxResults: pageSize };
  for (let page = 0; page < mostPages; page++) {
    const answer = await ask(link, { operation: 'ListInferenceProfiles', region, labels: {}, query }, options);
    const { inferenceProfileSummaries = [], nextToken } = answer as Partial<RegionListing> & { nextToken?: string };
    profiles.push(...inferenceProfileSummaries);
    if (!nextToken) return profiles;
    query = { maxResults: pageSize, nextToken };
  }
  throw new ConverseError('malformed_reply', `The list of profiles in ${region} has no end: ${mostPages} pages came.`);
}
