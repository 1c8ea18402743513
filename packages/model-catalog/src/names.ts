import type { CatalogModel, Profile } from './snapshot.ts';

/** What a name stands for: a model, and the profile where the name was a profile's id. */
export type Named = { model: CatalogModel; profile?: Profile | undefined };

/** All names, ready to be looked up. */
export type NameIndex = {
  /** By ids and names as they are written, which is how most are given. */
  exact: ReadonlyMap<string, Named>;
  /** By every other spelling. Made when it is first asked for: it takes longer than all else before a first call. */
  byKey(): ReadonlyMap<string, Named>;
  models: readonly CatalogModel[];
};

/** The service takes no longer model id, so nothing longer is one. */
export const maxNameLength = 2048;

// Variants of old models that differ by their context, for provisioned throughput only.
const contextVariant = /:\d+k$/;
const scheme = /^bedrock[:/]/;

/** Makes names ready to be looked up. No two models may share one: see the tests. */
export function indexNames(models: readonly CatalogModel[]): NameIndex {
  const exact = new Map<string, Named>();
  for (const model of models) {
    exact.set(model.id, { model }).set(model.name, { model });
    for (const profile of model.profiles) exact.set(profile.id, { model, profile });
  }
  let keys: Map<string, Named> | undefined;
  function byKey(): Map<string, Named> {
    keys ??= indexSpellings(models);
    return keys;
  }
  return { exact, byKey, models };
}

/** What the name stands for, or nothing. It has to be the whole name, in any spelling. */
export function findName(index: NameIndex, typed: string): Named | undefined {
  if (typed.length > maxNameLength) return undefined;
  const exact = index.exact.get(typed);
  if (exact !== undefined) return exact;
  const id = typed.trim().toLowerCase().replace(scheme, '');
  return index.exact.get(id) ?? index.exact.get(id.replace(contextVariant, '')) ?? index.byKey().get(nameKey(id));
}

/**
 * The words and numbers of a name, whatever stands between them: `Claude 3.5 Sonnet`, `claude-3-5-sonnet` and
 * `claude 3.5_SONNET` are one. Numbers stay apart, so that 3.5 is never 35.
 */
export function nameKey(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll('+', ' plus ')
      .match(/[a-z]+|\d+/g)
      ?.join('-') ?? ''
  );
}

function indexSpellings(models: readonly CatalogModel[]): Map<string, Named> {
  const byKey = new Map<string, Named>();
  // Ids and names first, so that no spelling of one model takes the name of another.
  for (const spellings of [ownNames, otherNames]) {
    for (const model of models) {
      for (const name of spellings(model)) {
        const key = nameKey(name);
        // A name without one Latin letter or digit would answer to every other such name.
        if (key !== '' && !byKey.has(key)) byKey.set(key, { model });
      }
    }
  }
  return byKey;
}

function ownNames({ name, id }: CatalogModel): string[] {
  return [name, id];
}

function otherNames({ name, id, provider, alsoCalled = [] }: CatalogModel): string[] {
  const makers = [provider, id.split('.')[0] ?? ''];
  return [...alsoCalled, ...makers.flatMap((maker) => [name, ...alsoCalled].map((each) => `${maker} ${each}`))];
}
