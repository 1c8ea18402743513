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

/** A denied topic that was found. */
export type GuardrailTopic = {
  detected?: boolean | undefined;
  name: string;
  type: Open<'DENY'>;
  action: Open<'BLOCKED' | 'NONE'>;
};

/** A content filter that looked. */
export type GuardrailContentFilter = {
  detected?: boolean | undefined;
  type: Open<'HATE' | 'INSULTS' | 'MISCONDUCT' | 'PROMPT_ATTACK' | 'SEXUAL' | 'VIOLENCE'>;
  confidence: Open<'NONE' | 'LOW' | 'MEDIUM' | 'HIGH'>;
  filterStrength?: Open<'NONE' | 'LOW' | 'MEDIUM' | 'HIGH'> | undefined;
  action: Open<'BLOCKED' | 'NONE'>;
};

/** A word of the caller's own list. */
export type GuardrailWord = { detected?: boolean | undefined; match: string; action: Open<'BLOCKED' | 'NONE'> };

/** A word of a list that AWS keeps. */
export type GuardrailManagedWord = GuardrailWord & { type: Open<'PROFANITY'> };

/** A piece of personal information, such as `EMAIL` or `PHONE`. */
export type GuardrailPiiEntity = {
  detected?: boolean | undefined;
  match: string;
  type: string;
  action: Open<'ANONYMIZED' | 'BLOCKED' | 'NONE'>;
};

/** A match of the caller's own expression. */
export type GuardrailRegex = {
  detected?: boolean | undefined;
  name?: string | undefined;
  match?: string | undefined;
  regex?: string | undefined;
  action: Open<'ANONYMIZED' | 'BLOCKED' | 'NONE'>;
};

/** How well the answer stands on its sources, and how well it fits the question. */
export type GuardrailGroundingFilter = {
  detected?: boolean | undefined;
  type: Open<'GROUNDING' | 'RELEVANCE'>;
  threshold: number;
  score: number;
  action: Open<'BLOCKED' | 'NONE'>;
};

/** What the guardrail's look cost in time and units. */
export type GuardrailInvocationMetrics = {
  guardrailProcessingLatency?: number | undefined;
  usage?: GuardrailUsage | undefined;
  guardrailCoverage?:
    | { textCharacters?: GuardrailCoverage | undefined; images?: GuardrailCoverage | undefined }
    | undefined;
};

/** How much of a kind there was, and how much of it was looked at. */
export type GuardrailCoverage = { guarded?: number | undefined; total?: number | undefined };

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

/** A rule of an automated reasoning policy. */
export type GuardrailRule = { identifier?: string | undefined; policyVersionArn?: string | undefined };
/** A statement in logic and in words. */
export type GuardrailStatement = { logic?: string | undefined; naturalLanguage?: string | undefined };
/** A case in which a claim holds, or does not. */
export type GuardrailScenario = { statements?: GuardrailStatement[] | undefined };
/** A translation that is true or false whatever the facts. */
export type GuardrailLogicWarning = {
  type?: Open<'ALWAYS_FALSE' | 'ALWAYS_TRUE'> | undefined;
  premises?: GuardrailStatement[] | undefined;
  claims?: GuardrailStatement[] | undefined;
};
/** What automated reasoning understood. */
export type GuardrailTranslation = {
  premises?: GuardrailStatement[] | undefined;
  claims?: GuardrailStatement[] | undefined;
  untranslatedPremises?: { text?: string | undefined }[] | undefined;
  untranslatedClaims?: { text?: string | undefined }[] | undefined;
  confidence?: number | undefined;
};

/** What automated reasoning made of a claim. */
export type GuardrailReasoningFinding = OneOf<{
  valid: {
    translation?: GuardrailTranslation | undefined;
    claimsTrueScenario?: GuardrailScenario | undefined;
    supportingRules?: GuardrailRule[] | undefined;
    logicWarning?: GuardrailLogicWarning | undefined;
  };
  invalid: {
    translation?: GuardrailTranslation | undefined;
    contradictingRules?: GuardrailRule[] | undefined;
    logicWarning?: GuardrailLogicWarning | undefined;
  };
  satisfiable: {
    translation?: GuardrailTranslation | undefined;
    claimsTrueScenario?: GuardrailScenario | undefined;
    claimsFalseScenario?: GuardrailScenario | undefined;
    logicWarning?: GuardrailLogicWarning | undefined;
  };
  impossible: {
    translation?: GuardrailTranslation | undefined;
    contradictingRules?: GuardrailRule[] | undefined;
    logicWarning?: GuardrailLogicWarning | undefined;
  };
  translationAmbiguous: {
    options?: { translations?: GuardrailTranslation[] | undefined }[] | undefined;
    differenceScenarios?: GuardrailScenario[] | undefined;
  };
  tooComplex: Record<never, never>;
  noTranslations: Record<never, never>;
}>;
