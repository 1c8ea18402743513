import type { FoundationModelSummary, InferenceProfileSummary, RegionListing } from './listing.ts';

/** A listing of what can be read, and what can't, as it came. */
export type SoundListing = { listing: RegionListing; skipped: unknown[] };

/** Leaves out the entries that are none: an answer is not trusted to hold what its types say. */
export function soundListing({ modelSummaries, inferenceProfileSummaries }: RegionListing): SoundListing {
  const skipped: unknown[] = [];
  const sound = <Entry extends object>(entries: readonly Entry[], fields: Fields<Entry>) =>
    entries.flatMap((entry): Entry[] => {
      if (fits(entry, fields)) return [withoutNulls(entry)];
      skipped.push(entry);
      return [];
    });
  const listing = {
    modelSummaries: sound(modelSummaries, modelFields),
    inferenceProfileSummaries: sound(inferenceProfileSummaries, profileFields),
  };
  return { listing, skipped };
}

type Fields<Entry> = { readonly [Field in keyof Entry]-?: (value: unknown) => boolean };

const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isObject = (value: unknown): value is { [name: string]: unknown } => typeof value === 'object' && value !== null;

const modelFields: Fields<FoundationModelSummary> = {
  modelId: isText,
  modelName: isText,
  providerName: isText,
  inputModalities: isTexts,
  outputModalities: isTexts,
  responseStreamingSupported: (value) => typeof value === 'boolean',
  inferenceTypesSupported: isTexts,
  modelLifecycle: isObject,
};

const profileFields: Fields<InferenceProfileSummary> = {
  inferenceProfileId: isText,
  inferenceProfileName: isText,
  inferenceProfileArn: isText,
  models: (value) => Array.isArray(value) && value.every((each) => isObject(each) && isText(each['modelArn'] ?? '')),
  status: isText,
  type: isText,
};

function fits<Entry>(entry: unknown, fields: Fields<Entry>): boolean {
  if (!isObject(entry)) return false;
  return Object.entries<(value: unknown) => boolean>(fields).every(
    ([name, isSound]) => (entry[name] ?? undefined) === undefined || isSound(entry[name]),
  );
}

/** A field that is `null` is none, as everywhere on the wire. */
function withoutNulls<Entry extends object>(entry: Entry): Entry {
  const fields = Object.entries(entry);
  return fields.some(([, value]) => value === null)
    ? (Object.fromEntries(fields.filter(([, value]) => value !== null)) as Entry)
    : entry;
}
