import { type Checked, list, literal, object, string } from '../invoke/schema.ts';
import { textUnits } from './guardrail.ts';
import { findPii, type PiiType, piiTypes } from './pii.ts';

const contentCategories = ['VIOLENCE', 'HATE', 'INSULTS', 'MISCONDUCT', 'SEXUAL'] as const;
const attackCategories = ['JAILBREAK', 'PROMPT_INJECTION', 'PROMPT_LEAKAGE'] as const;

/** The body of InvokeGuardrailChecks. */
export const checksBody = object({
  messages: list(
    object({
      role: literal('user', 'assistant', 'system'),
      content: list(object({ text: string() }), { minItems: 1 }),
    }),
    { minItems: 1 },
  ),
  checks: object({
    'contentFilter?': object({
      categories: list(object({ category: literal(...contentCategories) }), { minItems: 1, maxItems: 5 }),
    }),
    'promptAttack?': object({
      categories: list(object({ category: literal(...attackCategories) }), { minItems: 1, maxItems: 3 }),
    }),
    'sensitiveInformation?': object({ entities: list(object({ type: string() }), { minItems: 1, maxItems: 31 }) }),
  }),
});

/**
 * What InvokeGuardrailChecks answers, by a rule that tests can rely on: a text is of a category if it names it, as
 * `violence` or `prompt injection` does, and then the score is 1. Personal information is found by its form.
 */
export function guardrailChecks({ messages, checks }: Checked<typeof checksBody>): object {
  const places = messages.flatMap(({ content }, messageIndex) =>
    content.map(({ text }, contentIndex) => ({ text, messageIndex, contentIndex })),
  );
  const units = textUnits(places.reduce((sum, { text }) => sum + text.length, 0));
  const score = ({ category }: { category: string }) => {
    const words = category.toLowerCase().replaceAll('_', ' ');
    const isNamed = places.some(({ text }) => text.toLowerCase().includes(words));
    return { category, severityScore: isNamed ? 1 : 0 };
  };
  const { contentFilter, promptAttack, sensitiveInformation } = checks;
  return {
    results: {
      ...(contentFilter && { contentFilter: { results: contentFilter.categories.map(score) } }),
      ...(promptAttack && { promptAttack: { results: promptAttack.categories.map(score) } }),
      ...(sensitiveInformation && {
        sensitiveInformation: {
          results: sensitiveInformation.entities.flatMap(({ type }) =>
            places.flatMap(({ text, ...place }) =>
              entitiesIn(text, type).map(({ start, end }) => ({
                type,
                confidenceScore: 1,
                beginOffset: start,
                endOffset: end,
                ...place,
              })),
            ),
          ),
          truncated: false,
        },
      }),
    },
    usage: Object.fromEntries(Object.entries(checks).map(([check]) => [check, { textUnits: units }])),
  };
}

function entitiesIn(text: string, type: string) {
  return piiTypes.includes(type as PiiType) ? findPii(text, type as PiiType) : [];
}
