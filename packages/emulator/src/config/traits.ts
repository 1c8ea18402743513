import type {
  CachingTraits,
  InputTraits,
  LifecycleTraits,
  LimitTraits,
  ModelTraits,
  ReasoningTraits,
  SamplingTraits,
  ToolTraits,
} from '@outcrop/converse';
import { createCatalog } from '@outcrop/model-catalog';
import { type Check, flag, list, number, object, oneOf, text, wholeNumber } from '../check.ts';

const texts = list(text);

// Every trait that there is: the compiler says if one is missing.
const readTraits: Check<ModelTraits> = object<ModelTraits>({
  family: text,
  converse: flag,
  streaming: flag,
  invokeFormat: text,
  systemPrompt: flag,
  systemTurns: flag,
  multiTurn: flag,
  prefill: flag,
  guardrails: flag,
  countTokens: flag,
  structuredOutput: flag,
  serviceTiers: texts,
  input: object<InputTraits>({ image: flag, document: flag, video: flag, audio: flag, s3: flag }),
  outputModalities: texts,
  tools: object<ToolTraits>({
    supported: flag,
    streaming: flag,
    choices: list(oneOf(['auto', 'any', 'tool'])),
    strict: flag,
    resultStatus: flag,
    textBesideResults: flag,
    idFormat: text,
  }),
  reasoning: object<ReasoningTraits>({
    supported: flag,
    ask: text,
    defaultOn: flag,
    canDisable: flag,
    betweenTools: flag,
    budget: flag,
    efforts: texts,
    defaultEffort: text,
    effortCapWhenOff: text,
    effortField: text,
    minBudgetTokens: wholeNumber(0),
    forcedTools: flag,
  }),
  caching: object<CachingTraits>({
    supported: flag,
    places: list(oneOf(['system', 'messages', 'tools'])),
    minTokens: wholeNumber(0),
    ttls: list(oneOf(['5m', '1h'])),
    maxPoints: wholeNumber(0),
    implicit: flag,
  }),
  sampling: object<SamplingTraits>({ temperature: flag, topP: flag, both: flag, topK: flag, stopSequences: flag }),
  limits: object<LimitTraits>({
    contextTokens: wholeNumber(1),
    maxOutputTokens: wholeNumber(1),
    outputBurndown: number(0),
  }),
  lifecycle: object<LifecycleTraits>({
    status: oneOf(['active', 'legacy', 'retired']),
    launched: text,
    legacyFrom: text,
    endOfLife: text,
    successor: text,
  }),
});

/** What is known of a model: its traits, or the name of one that the catalog knows and that is like it. */
export const model: Check<ModelTraits> = (value, path) => {
  if (typeof value !== 'string') return readTraits(value, path);
  try {
    return createCatalog().model(value).traits;
  } catch (error) {
    throw new TypeError(`${path}: ${(error as Error).message}`);
  }
};
