import {
  bundledModelsWith,
  bundledSnapshot,
  type CatalogModel,
  type CatalogSnapshot,
  type Profile,
} from './snapshot.ts';

/** What a name stands for: a model, and the profile where the name was a profile's id. */
export type Named = { model: CatalogModel; profile?: Profile | undefined };

/** All names, ready to be looked up. */
export type NameIndex = {
  /** By an id or a name as it is written, which is how most are given. */
  exact(name: string): Named | undefined;
  /** By the words of any spelling. They are put in order when they are first asked for, which takes a while. */
  byKey(key: string): Named | undefined;
  readonly snapshot: CatalogSnapshot;
};

/** The service takes no longer model id, so nothing longer is one. */
export const maxNameLength = 2048;

// Variants of old models that differ by their context, for provisioned throughput only.
const contextVariant = /:\d+k$/;
const scheme = /^bedrock[:/]/;

/** Makes names ready to be looked up. No two models may share one: see the tests. */
export function indexNames(snapshot: CatalogSnapshot): NameIndex {
  const named = new Map<string, Named>();
  let spelt: ReadonlyMap<string, Named> | undefined;
  // Of the bundled models only those are looked at that may be meant, until a name is none of theirs.
  let isWhole = snapshot !== bundledSnapshot();
  if (isWhole) add(snapshot.models);

  function add(models: readonly CatalogModel[]): void {
    for (const model of models) {
      named.set(model.id, { model }).set(model.name, { model });
      for (const profile of model.profiles) named.set(profile.id, { model, profile });
    }
  }

  return {
    exact(name) {
      const found = named.get(name);
      if (found !== undefined || isWhole) return found;
      add(bundledModelsWith(name));
      return named.get(name);
    },
    byKey(key) {
      if (!isWhole) add(snapshot.models);
      isWhole = true;
      spelt ??= indexSpellings(snapshot.models);
      return spelt.get(key);
    },
    snapshot,
  };
}

/** What the name stands for, or nothing. It has to be the whole name, in any spelling. */
export function findName(index: NameIndex, typed: string): Named | undefined {
  if (typed.length > maxNameLength) return undefined;
  const exact = index.exact(typed);
  if (exact !== undefined) return exact;
  const id = typed.trim().toLowerCase().replace(scheme, '');
  return index.exact(id) ?? index.exact(id.replace(contextVariant, '')) ?? index.byKey(nameKey(id));
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
