import type { GuardContent, GuardrailAssessment, GuardrailCoverage, GuardrailUsage, Open } from '@outcrop/converse';
import type { Convertible } from '@outcrop/converse/json';
import { toJson } from '@outcrop/converse/json';
import { type AsideOptions, ask } from '../wire/ask.ts';
import type { Link } from '../wire/connect.ts';

/** What a guardrail should look at. */
export type GuardrailRequest = {
  guardrailIdentifier: string;
  /** A number, or `DRAFT`. */
  guardrailVersion: string;
  /** Whose words they are: `INPUT` the user's, `OUTPUT` the model's. */
  source: 'INPUT' | 'OUTPUT';
  content: GuardContent[];
  /** `FULL` also reports what was looked at and let through. @default 'INTERVENTIONS' */
  outputScope?: 'INTERVENTIONS' | 'FULL' | undefined;
};

/** What a guardrail made of it. */
export type AppliedGuardrail = {
  action: Open<'NONE' | 'GUARDRAIL_INTERVENED'>;
  actionReason?: string | undefined;
  /** What to show instead, if it intervened. */
  outputs: { text?: string | undefined }[];
  assessments: GuardrailAssessment[];
  usage: GuardrailUsage;
  guardrailCoverage?: GuardrailCoverage | undefined;
};

/** What the service's own checks should look at, and for what. */
export type GuardrailCheckRequest = {
  messages: { role: 'user' | 'assistant' | 'system'; content: { text: string }[] }[];
  checks: {
    contentFilter?:
      | { categories: { category: Open<'VIOLENCE' | 'HATE' | 'INSULTS' | 'MISCONDUCT' | 'SEXUAL'> }[] }
      | undefined;
    promptAttack?:
      | { categories: { category: Open<'JAILBREAK' | 'PROMPT_INJECTION' | 'PROMPT_LEAKAGE'> }[] }
      | undefined;
    sensitiveInformation?: { entities: { type: string }[] } | undefined;
  };
};

/** What the checks found, as the service says it. */
export type GuardrailChecks = { results?: unknown; usage?: unknown };

export async function applyGuardrail(
  link: Link,
  region: string,
  { guardrailIdentifier, guardrailVersion, ...request }: GuardrailRequest,
  options?: AsideOptions,
): Promise<AppliedGuardrail> {
  const labels = { guardrailIdentifier, guardrailVersion };
  const question = { operation: 'ApplyGuardrail', region, labels, body: bodyOf(request) } as const;
  const answer = (await ask(link, question, options)) as Partial<AppliedGuardrail>;
  return { ...answer, outputs: answer.outputs ?? [], assessments: answer.assessments ?? [] } as AppliedGuardrail;
}

export async function invokeGuardrailChecks(
  link: Link,
  region: string,
  request: GuardrailCheckRequest,
  options?: AsideOptions,
): Promise<GuardrailChecks> {
  return ask(link, { operation: 'InvokeGuardrailChecks', region, labels: {}, body: bodyOf(request) }, options);
}

/** Bytes become base64 wherever they stand, so the JSON form of a conversation fits here too. */
function bodyOf(request: object): string {
  return JSON.stringify(toJson(request as Convertible));
}
