import type { ModelTraits } from '@outcrop/converse';

/** What a model can be asked to be able to do, and how its traits say so. */
const tests = {
  converse: ({ converse }) => converse,
  streaming: ({ streaming }) => streaming,
  system_prompt: ({ systemPrompt }) => systemPrompt,
  tools: ({ tools }) => tools?.supported,
  streaming_tools: ({ tools }) => tools?.streaming,
  forced_tools: ({ tools }) => tools?.choices?.includes('tool'),
  images: ({ input }) => input?.image,
  documents: ({ input }) => input?.document,
  video: ({ input }) => input?.video,
  audio: ({ input }) => input?.audio,
  reasoning: ({ reasoning }) => reasoning?.supported,
  caching: ({ caching }) => caching?.supported,
  structured_output: ({ structuredOutput }) => structuredOutput,
  prefill: ({ prefill }) => prefill,
  guardrails: ({ guardrails }) => guardrails,
  token_counting: ({ countTokens }) => countTokens,
} as const satisfies Record<string, (traits: ModelTraits) => boolean | undefined>;

/** Something that a model can do, or not. */
export type Ability = keyof typeof tests;

/** All abilities that `catalog.find` knows. */
export const abilities = Object.keys(tests) as Ability[];

/** Whether the model can do it; `undefined` if nobody knows. */
export function isAble(traits: ModelTraits, ability: Ability): boolean | undefined {
  if (!Object.hasOwn(tests, ability)) {
    throw new RangeError(`There is no ability '${ability}': there are ${abilities.join(', ')}.`);
  }
  return tests[ability](traits);
}
