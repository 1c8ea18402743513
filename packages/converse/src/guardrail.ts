import type { OneOf, Open } from './one-of.ts';

/** What a guardrail and a prompt router did with a call. The literals are open: AWS adds to them. */
export type ConverseTrace = {
  guardrail?: GuardrailTrace | undefined;
  promptRouter?: { invokedModelId?: string | undefined } | undefined;
};

/** What the guardrail found, by its id. */
export type GuardrailTrace = {
  modelOutput?: string[] | undefined;
  inputAssessment?: Record<string, GuardrailAssessment> | undefined;
  outputAssessments?: Record<string, GuardrailAssessment[]> | undefined;
  actionReason?: string | undefined;
};

/** The findings of one guardrail, policy by policy. */
export type GuardrailAssessment = {
  topicPolicy?: { topics: GuardrailTopic[] } | undefined;
  contentPolicy?: { filters: GuardrailContentFilter[] } | undefined;
  wordPolicy?: { customWords: GuardrailWord[]; managedWordLists: GuardrailManagedWord[] } | undefined;
  sensitiveInformationPolicy?: { piiEntities: GuardrailPiiEntity[]; regexes: GuardrailRegex[] } | undefined;
  contextualGroundingPolicy?: { filters?: GuardrailGroundingFilter[] | undefined } | undefined;
  automatedReasoningPolicy?: { findings?: GuardrailReasoningFinding[] | undefined } | undefined;
  invocationMetrics?: GuardrailInvocationMetrics | undefined;
  appliedGuardrailDetails?: GuardrailDetails | undefined;
};

type Detected = { detected?: boolean | undefined };
type Blocks = Open<'BLOCKED' | 'NONE'>;
type Masks = Open<'ANONYMIZED' | 'BLOCKED' | 'NONE'>;
type Level = Open<'NONE' | 'LOW' | 'MEDIUM' | 'HIGH'>;

/** A denied topic that was found. */
export type GuardrailTopic = Detected & { name: string; type: Open<'DENY'>; action: Blocks };

/** A content filter that looked. */
export type GuardrailContentFilter = Detected & {
  type: Open<'HATE' | 'INSULTS' | 'MISCONDUCT' | 'PROMPT_ATTACK' | 'SEXUAL' | 'VIOLENCE'>;
  confidence: Level;
  filterStrength?: Level | undefined;
  action: Blocks;
};

/** A word of the caller's own list. */
export type GuardrailWord = Detected & { match: string; action: Blocks };

/** A word of a list that AWS keeps. */
export type GuardrailManagedWord = GuardrailWord & { type: Open<'PROFANITY'> };

/** A piece of personal information, such as `EMAIL` or `PHONE`. */
export type GuardrailPiiEntity = Detected & { match: string; type: string; action: Masks };

/** A match of the caller's own expression. */
export type GuardrailRegex = Detected & {
  name?: string | undefined;
  match?: string | undefined;
  regex?: string | undefined;
  action: Masks;
};

/** How well the answer stands on its sources, and how well it fits the question. */
export type GuardrailGroundingFilter = Detected & {
  type: Open<'GROUNDING' | 'RELEVANCE'>;
  threshold: number;
  score: number;
  action: Blocks;
};

/** What the guardrail's look cost in time and units. */
export type GuardrailInvocationMetrics = {
  guardrailProcessingLatency?: number | undefined;
  usage?: GuardrailUsage | undefined;
  guardrailCoverage?: { textCharacters?: Coverage | undefined; images?: Coverage | undefined } | undefined;
};

type Coverage = { guarded?: number | undefined; total?: number | undefined };

/** Units by policy: what AWS bills. */
export type GuardrailUsage = {
  topicPolicyUnits: number;
  contentPolicyUnits: number;
  wordPolicyUnits: number;
  sensitiveInformationPolicyUnits: number;
  sensitiveInformationPolicyFreeUnits: number;
  contextualGroundingPolicyUnits: number;
  contentPolicyImageUnits?: number | undefined;
  automatedReasoningPolicyUnits?: number | undefined;
  automatedReasoningPolicies?: number | undefined;
};

/** Which guardrail it was. An account or an organisation can enforce one that the request did not name. */
export type GuardrailDetails = {
  guardrailId?: string | undefined;
  guardrailVersion?: string | undefined;
  guardrailArn?: string | undefined;
  guardrailOrigin?: Open<'REQUEST' | 'ACCOUNT_ENFORCED' | 'ORGANIZATION_ENFORCED'>[] | undefined;
  guardrailOwnership?: Open<'SELF' | 'CROSS_ACCOUNT'> | undefined;
};

type Rule = { identifier?: string | undefined; policyVersionArn?: string | undefined };
type Statement = { logic?: string | undefined; naturalLanguage?: string | undefined };
type Scenario = { statements?: Statement[] | undefined };
type LogicWarning = {
  type?: Open<'ALWAYS_FALSE' | 'ALWAYS_TRUE'> | undefined;
  premises?: Statement[] | undefined;
  claims?: Statement[] | undefined;
};
type Translation = {
  premises?: Statement[] | undefined;
  claims?: Statement[] | undefined;
  untranslatedPremises?: { text?: string | undefined }[] | undefined;
  untranslatedClaims?: { text?: string | undefined }[] | undefined;
  confidence?: number | undefined;
};

/** What automated reasoning made of a claim. */
export type GuardrailReasoningFinding = OneOf<{
  valid: {
    translation?: Translation | undefined;
    claimsTrueScenario?: Scenario | undefined;
    supportingRules?: Rule[] | undefined;
    logicWarning?: LogicWarning | undefined;
  };
  invalid: {
    translation?: Translation | undefined;
    contradictingRules?: Rule[] | undefined;
    logicWarning?: LogicWarning | undefined;
  };
  satisfiable: {
    translation?: Translation | undefined;
    claimsTrueScenario?: Scenario | undefined;
    claimsFalseScenario?: Scenario | undefined;
    logicWarning?: LogicWarning | undefined;
  };
  impossible: {
    translation?: Translation | undefined;
    contradictingRules?: Rule[] | undefined;
    logicWarning?: LogicWarning | undefined;
  };
  translationAmbiguous: {
    options?: { translations?: Translation[] | undefined }[] | undefined;
    differenceScenarios?: Scenario[] | undefined;
  };
  tooComplex: Record<never, never>;
  noTranslations: Record<never, never>;
}>;
