import type { ModelTraits } from '@outcrop/converse';
import { geographyLines, modelLines, sourceLines } from './snapshot-data.ts';

/** All that the catalog knows, as plain JSON data. */
export type CatalogSnapshot = {
  models: CatalogModel[];
  /** Where facts come from, by the names that {@link CatalogModel.sources} uses. */
  sources: Record<string, Source>;
  /** What `residency` may name, with its regions. */
  areas: Record<string, string[]>;
  /** The area that each geography of profiles keeps to, whatever the profile. */
  profilesStayIn: Record<string, string>;
};

/** Who said it, and when. */
export type Source = { what: string; date: string };

/** One model, and everything that is true about it. */
export type CatalogModel = {
  /** The base model's id, such as `amazon.nova-lite-v1:0`. */
  id: string;
  name: string;
  provider: string;
  kind: 'text' | 'embedding' | 'rerank' | 'speech';
  /** Further names that it answers to. */
  alsoCalled?: string[] | undefined;
  traits: ModelTraits;
  /** Of an embedding: how many numbers. */
  dimensions?: number | undefined;
  /** What reaches it: `bedrock-runtime`, which Outcrop uses, and `bedrock-mantle`. */
  endpoints?: string[] | undefined;
  /** Regions where its id can be sent as it is. */
  regions?: string[] | undefined;
  /** Regions where that is probable. */
  maybeRegions?: string[] | undefined;
  profiles: Profile[];
  /** USD by where a request goes: `in_region`, `in_region:<region>`, `geo:<geography>`, `global`. */
  prices: Record<string, Price>;
  /** Regions that its end of life spares. */
  aliveIn?: string[] | undefined;
  /** Facts that are probable only, by their paths in the traits. */
  uncertain?: string[] | undefined;
  /** Which source said what: paths in the traits, by source. */
  sources: Record<string, string[]>;
  /** Regions where the snapshot has it and the service, asked by `refreshCatalog`, no longer lists it. */
  vanishedFrom?: string[] | undefined;
};

/** A system-defined or an application inference profile. */
export type Profile = {
  /** What is sent as the model id; the ARN of an application profile. */
  id: string;
  /** `us`, `eu`, `apac`, `jp` …, or `global`; `region` if it keeps to the region it is called in. */
  geography: string;
  /** The regions that it can be called from. Left out means unknown. */
  from?: string[] | undefined;
  /** The regions that it can probably be called from. */
  maybeFrom?: string[] | undefined;
  /** Where requests may travel, by the region they are sent to. */
  to?: Record<string, string[]> | undefined;
  /** An account made it, to tell its own costs apart. */
  application?: { name: string } | undefined;
};

/** What tokens cost one way. */
export type Price = Rates & {
  /** The rates of a whole request whose prompt is longer than `above` tokens. */
  long?: (Rates & { above: number }) | undefined;
  /** Service tiers as multiples of the rates. */
  tiers?: Record<string, number> | undefined;
  batch?: Rates | undefined;
  /** What is billed by other things than tokens of text. */
  other?: Record<string, number> | undefined;
  /** Said of that region, or of that way, only; taken for this one for want of better. */
  basis?: 'us-east-1' | 'in_region' | undefined;
  source: string;
};

/** USD for a million tokens. Left out means unknown; zero is a price. */
export type Rates = {
  input?: number | undefined;
  output?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
};

let loaded: CatalogSnapshot | undefined;

/** The snapshot that comes with the package. It is parsed when it is first asked for. */
export function bundledSnapshot(): CatalogSnapshot {
  loaded ??= createSnapshot();
  return loaded;
}

function createSnapshot(): CatalogSnapshot {
  let models: CatalogModel[] | undefined;
  return {
    get models() {
      models ??= modelLines.map((_, at) => modelAt(at));
      return models;
    },
    set models(changed) {
      models = changed;
    },
    sources: JSON.parse(sourceLines),
    ...JSON.parse(geographyLines),
  };
}

/** The bundled models that have this text among their own: to parse all of them for one name takes a while. */
export function bundledModelsWith(text: string): CatalogModel[] {
  const quoted = JSON.stringify(text);
  return modelLines.flatMap((line, at) => (line.includes(quoted) ? [modelAt(at)] : []));
}

const parsed: CatalogModel[] = [];

function modelAt(at: number): CatalogModel {
  parsed[at] ??= JSON.parse(modelLines[at] as string) as CatalogModel;
  return parsed[at];
}
