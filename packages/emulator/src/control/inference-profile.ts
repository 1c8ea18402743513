import type { Catalog, CatalogModel, Profile } from '@outcrop/model-catalog';
import { modelArn, partitionOf, timeOf } from './foundation-model.ts';

/** A profile in AWS's spelling. */
export type InferenceProfile = {
  inferenceProfileName: string;
  inferenceProfileArn: string;
  inferenceProfileId: string;
  description: string;
  models: { modelArn: string }[];
  status: 'ACTIVE';
  type: 'SYSTEM_DEFINED';
  createdAt?: string;
  updatedAt?: string;
};

// The account of AWS's own examples.
const accountId = '123456789012';

/** What the region says of a profile that can be called there. */
export function inferenceProfile(
  model: CatalogModel,
  profile: Profile,
  region: string,
  catalog: Catalog,
): InferenceProfile {
  const [route] = catalog.routes(profile.id, { region });
  const regions = route?.destinations ?? [region];
  const isGlobal = profile.geography === 'global';
  const launched = model.traits.lifecycle?.launched;
  const area = isGlobal ? 'Global' : profile.geography.toUpperCase();
  return {
    inferenceProfileName: `${area} ${model.provider} ${model.name}`.replaceAll(/[^0-9a-zA-Z _-]+/g, '-').slice(0, 64),
    inferenceProfileArn: `arn:${partitionOf(region)}:bedrock:${region}:${accountId}:inference-profile/${profile.id}`,
    inferenceProfileId: profile.id,
    description: `Routes requests to ${model.name} ${isGlobal ? 'in any region' : `in ${regions.join(' ')}`}.`.slice(
      0,
      200,
    ),
    // The ARN without a region stands for all of them.
    models: (isGlobal ? [region, ''] : regions).map((each) => ({ modelArn: modelArn(model.id, each) })),
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
    ...(launched !== undefined && { createdAt: timeOf(launched), updatedAt: timeOf(launched) }),
  };
}
