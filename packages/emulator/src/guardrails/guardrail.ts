import type {
  GuardrailAssessment,
  GuardrailPiiEntity,
  GuardrailRegex,
  GuardrailUsage,
  GuardrailWord,
} from '@outcrop/converse';
import { type PiiType, piiPatterns } from './pii.ts';

/** What a guardrail of the emulator looks for. What it finds depends on the text alone. */
export type Guardrail = {
  /** Words and phrases that block a text, in whatever case, where they stand as whole words. */
  words?: readonly string[] | undefined;
  /** Personal information that blocks a text, or is masked in it. */
  pii?: Readonly<Partial<Record<PiiType, GuardrailAction>>> | undefined;
  /** The same of what matches a regular expression. It is yours, and so is the time that it takes. */
  regexes?: readonly { name: string; pattern: string; action: GuardrailAction }[] | undefined;
  /** What is said instead of an answer to what was blocked. @default 'Sorry, the model cannot answer this question.' */
  blockedInput?: string | undefined;
  /** What is said instead of an answer that was blocked. @default 'Sorry, the model cannot answer this question.' */
  blockedOutput?: string | undefined;
};

/** What becomes of what was found. Masking happens in answers and by ApplyGuardrail, never in a prompt. */
export type GuardrailAction = 'BLOCK' | 'ANONYMIZE';

/** The guardrail that every id has in an emulator that was given none: it blocks this one word. */
export const markerGuardrail: Guardrail = { words: ['blockme'] };

/** What AWS's console proposes. */
export const blockedMessage = 'Sorry, the model cannot answer this question.';

/** What a guardrail found in some texts. */
export type Findings = {
  assessment: GuardrailAssessment;
  usage: GuardrailUsage;
  isBlocked: boolean;
  /** The texts, with what was to be masked. */
  masked: string[];
  isMasked: boolean;
};

/** Looks at texts. */
export function assess(texts: readonly string[], guardrail: Guardrail): Findings {
  const { words = [], pii = {}, regexes = [] } = guardrail;
  const whole = texts.join('\n');
  const customWords = words.flatMap((word): GuardrailWord[] => {
    return (whole.match(wordPattern(word)) ?? []).map((match) => ({ match, action: 'BLOCKED', detected: true }));
  });
  let masked = [...texts];

  /** What matches in the texts, which is masked in them if it is to be. */
  function matchesOf(pattern: RegExp, name: string, action: GuardrailAction): string[] {
    if (action === 'ANONYMIZE') masked = masked.map((text) => text.replaceAll(pattern, () => `{${name}}`));
    return texts.flatMap((text) => text.match(pattern) ?? []).filter(Boolean);
  }

  const piiEntities = Object.entries(pii).flatMap(([type, action]): GuardrailPiiEntity[] => {
    const matches = matchesOf(piiPatterns[type as PiiType], type, action);
    return matches.map((match) => ({ type, match, action: actionWords[action], detected: true }));
  });
  const found = regexes.flatMap(({ name, pattern, action }): GuardrailRegex[] => {
    const matches = matchesOf(new RegExp(pattern, 'gu'), name, action);
    return matches.map((match) => ({ name, match, regex: pattern, action: actionWords[action], detected: true }));
  });

  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const sensitive = [...piiEntities, ...found];
  const usage = usageOf(characters, guardrail);
  return {
    usage,
    isBlocked: customWords.length > 0 || sensitive.some(({ action }) => action === 'BLOCKED'),
    isMasked: sensitive.some(({ action }) => action === 'ANONYMIZED'),
    masked,
    assessment: {
      ...(customWords.length > 0 && { wordPolicy: { customWords, managedWordLists: [] } }),
      ...(sensitive.length > 0 && { sensitiveInformationPolicy: { piiEntities, regexes: found } }),
      invocationMetrics: {
        guardrailProcessingLatency: 0,
        usage,
        guardrailCoverage: { textCharacters: { guarded: characters, total: characters } },
      },
    },
  };
}

const actionWords = { BLOCK: 'BLOCKED', ANONYMIZE: 'ANONYMIZED' } as const;

function wordPattern(word: string): RegExp {
  const quoted = word.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${quoted}(?![\\p{L}\\p{N}])`, 'giu');
}

/** How many texts of 1,000 characters AWS would bill. */
export function textUnits(characters: number): number {
  return Math.ceil(characters / 1_000);
}

function usageOf(characters: number, { words = [], pii = {}, regexes = [] }: Guardrail): GuardrailUsage {
  const units = textUnits(characters);
  return {
    topicPolicyUnits: 0,
    contentPolicyUnits: 0,
    wordPolicyUnits: words.length > 0 ? units : 0,
    sensitiveInformationPolicyUnits: Object.keys(pii).length > 0 ? units : 0,
    sensitiveInformationPolicyFreeUnits: regexes.length > 0 ? units : 0,
    contextualGroundingPolicyUnits: 0,
    contentPolicyImageUnits: 0,
  };
}
