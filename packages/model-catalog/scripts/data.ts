// What data/ holds: one schema per file, read and checked in one place.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ModelTraits } from '@outcrop/converse';
import { z } from 'zod';

const folder = join(import.meta.dirname, '..', 'data');

const date = z.iso.date();
const source = z.strictObject({ what: z.string(), date, aws: z.literal(true).optional() });
const region = z.string().regex(/^[a-z]+(-[a-z]+)+-\d+$/);
const sourceName = z.string().regex(/^[a-z_\d]+$/);
const flag = z.boolean();
const words = z.array(z.string().regex(/^[a-z_\d]+$/));
const count = z.int().positive();

// Every path in the traits, so that a fact for which there is no trait does not compile, nor a trait without a fact.
type TraitPath = {
  [Name in keyof ModelTraits]-?: NonNullable<ModelTraits[Name]> extends boolean | string | readonly unknown[]
    ? Name
    : `${Name}.${keyof NonNullable<ModelTraits[Name]> & string}`;
}[keyof ModelTraits];

// Facts of the model rather than of its traits.
type OtherPath = 'aliveIn' | 'dimensions' | 'endpoints' | 'apis';

/** Every fact about a model by its path, with what its value may be. */
const factValues = {
  converse: flag,
  streaming: flag,
  invokeFormat: z.string(),
  systemPrompt: flag,
  systemTurns: flag,
  multiTurn: flag,
  prefill: flag,
  guardrails: flag,
  countTokens: flag,
  structuredOutput: flag,
  serviceTiers: words,
  outputModalities: words,
  'input.image': flag,
  'input.document': flag,
  'input.video': flag,
  'input.audio': flag,
  'input.s3': flag,
  'tools.supported': flag,
  'tools.streaming': flag,
  'tools.choices': z.array(z.enum(['auto', 'any', 'tool'])),
  'tools.strict': flag,
  'tools.resultStatus': flag,
  'tools.textBesideResults': flag,
  'tools.idFormat': z.literal('nine_alphanumerics'),
  'reasoning.supported': flag,
  'reasoning.ask': z.enum(['budget', 'adaptive', 'effort', 'config']),
  'reasoning.defaultOn': flag,
  'reasoning.canDisable': flag,
  'reasoning.betweenTools': flag,
  'reasoning.budget': flag,
  'reasoning.efforts': words,
  'reasoning.defaultEffort': z.string(),
  'reasoning.effortCapWhenOff': z.string(),
  'reasoning.effortField': z.enum(['reasoning_effort', 'reasoning.effort']),
  'reasoning.minBudgetTokens': count,
  'reasoning.forcedTools': flag,
  'caching.supported': flag,
  'caching.places': z.array(z.enum(['system', 'messages', 'tools'])),
  'caching.minTokens': count,
  'caching.ttls': z.array(z.enum(['5m', '1h'])),
  'caching.maxPoints': count,
  'caching.implicit': flag,
  'sampling.temperature': flag,
  'sampling.topP': flag,
  'sampling.both': flag,
  'sampling.topK': flag,
  'sampling.stopSequences': flag,
  'limits.contextTokens': count,
  'limits.maxOutputTokens': count,
  'limits.outputBurndown': count,
  'lifecycle.status': z.enum(['active', 'legacy', 'retired']),
  'lifecycle.launched': date,
  'lifecycle.legacyFrom': date,
  'lifecycle.endOfLife': date,
  'lifecycle.successor': z.string(),
  aliveIn: z.array(region),
  dimensions: count,
  endpoints: z.array(z.string()),
  apis: words,
} satisfies Record<Exclude<TraitPath, 'family'> | OtherPath, z.ZodType>;

export type FactPath = keyof typeof factValues;

/** What one source said, or what several did that disagree. */
export type Fact = z.infer<ReturnType<typeof fact>>;

function fact<Value extends z.ZodType>(value: Value) {
  return z.union([
    z.strictObject({ value, source: sourceName }),
    z.strictObject({ values: z.record(sourceName, value) }),
  ]);
}

const facts = z.strictObject(
  Object.fromEntries(Object.entries(factValues).map(([path, value]) => [path, fact(value).optional()])),
);

const rates = {
  input: z.number().nonnegative().optional(),
  output: z.number().nonnegative().optional(),
  cacheRead: z.number().nonnegative().optional(),
  cacheWrite5m: z.number().nonnegative().optional(),
  cacheWrite1h: z.number().nonnegative().optional(),
};

const price = z.strictObject({
  scope: z.string().regex(/^(listed|regional|global|geo:[a-z-]+|region:[a-z\d-]+)$/),
  source: sourceName,
  ...rates,
  long: z.strictObject({ above: count, ...rates }).optional(),
  tiers: z.record(z.string(), z.number().positive()).optional(),
  batch: z.strictObject(rates).optional(),
  other: z.record(z.string(), z.number()).optional(),
});

const profile = z.strictObject({
  id: z.string(),
  geography: z.string(),
  from: z.array(region).optional(),
  to: z.record(region, z.array(region)).optional(),
  source: sourceName,
  doubt: z.enum(['unverified', 'not_in_guide', 'origins_unread', 'rows_unread']).optional(),
});

const model = z.strictObject({
  id: z.string(),
  name: z.string(),
  family: z.string().regex(/^[a-z_]+$/),
  kind: z.enum(['text', 'embedding', 'rerank', 'speech']),
  alsoCalled: z.array(z.string()).optional(),
  facts,
  regions: z
    .strictObject({
      value: z.array(region),
      source: sourceName,
      maybe: z.array(region).optional(),
      why: z.enum(['listed_only', 'row_unread', 'versions_merged']).optional(),
    })
    .optional(),
  mantleRegions: z.strictObject({ value: z.array(region), source: sourceName }).optional(),
  profiles: z.array(profile).optional(),
  prices: z.array(price).optional(),
});

const schemas = {
  sources: z.strictObject({ comment: z.string(), sources: z.record(sourceName, source) }),
  regions: z.strictObject({
    partitions: z.array(z.strictObject({ partition: z.string(), dnsSuffix: z.string(), regions: z.array(region) })),
    partitionsSource: sourceName,
    areas: z.record(z.string(), z.array(region)),
    areasSource: sourceName,
    profilesStayIn: z.record(z.string(), z.string()),
    profilesStayInSource: sourceName,
  }),
  provider: z.strictObject({ provider: z.string(), idPrefixes: z.array(z.string()), models: z.array(model) }),
};

export type ModelData = z.infer<typeof model> & { provider: string };
export type PriceData = z.infer<typeof price>;
export type SourceData = z.infer<typeof source>;

/** The whole of data/. Throws with the file's name where it does not fit its schema. */
export function readData() {
  const { sources } = read('sources.json', schemas.sources);
  const { areas, profilesStayIn } = read('regions.json', schemas.regions);
  const providers = globSync('models/*.json', { cwd: folder })
    .sort()
    .map((file) => read(file, schemas.provider));
  const models = providers.flatMap(({ provider, models }) => models.map((each): ModelData => ({ ...each, provider })));
  return { sources, areas, profilesStayIn, models };
}

function read<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  if (!success) throw new Error(`data/${basename(file)}: ${z.prettifyError(error)}`);
  return data;
}
