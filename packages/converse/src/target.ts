import type { Open } from './one-of.ts';

/** How a request travels: to the region itself, or through a profile that may send it elsewhere. */
export type Route = Open<'in_region' | 'geo' | 'global' | 'application' | 'provisioned' | 'custom' | 'imported'>;

/** What tells one target from another, and nothing secret: it stands in replies, errors and events. */
export type TargetName = {
  /** The model's friendly name, such as `Claude Haiku 4.5`. */
  model: string;
  /** What is sent as the model id: a base id, a profile id or an ARN. */
  id: string;
  region: string;
  route: Route;
};

/** One model in one region by one route: what `connect` makes a {@link Converse} of. */
export type Target = TargetName & {
  /** Which of Bedrock's two ways to talk is used. */
  api: 'converse' | 'invoke';
  /** Targets with the same key draw on the same quota. */
  quotaKey: string;
  /** Read again at each send, so that what a target teaches takes effect. */
  traits: ModelTraits;
};

/**
 * What is known about a model. Left out means unknown, and then the service decides; `false` means that it is known
 * not to work. The catalog fills it in, a user may correct it.
 */
export type ModelTraits = {
  /** Who speaks alike, such as `claude`, `nova` or `llama`: families share formats and habits. */
  family?: string | undefined;
  converse?: boolean | undefined;
  streaming?: boolean | undefined;
  /** The legacy body of InvokeModel, such as `claude_messages` or `llama3`. */
  invokeFormat?: string | undefined;
  systemPrompt?: boolean | undefined;
  /** `system` turns in the middle of the conversation. */
  systemTurns?: boolean | undefined;
  /** `false`: it takes one user message, and no history. */
  multiTurn?: boolean | undefined;
  /** A last assistant turn that the model goes on with. */
  prefill?: boolean | undefined;
  guardrails?: boolean | undefined;
  countTokens?: boolean | undefined;
  structuredOutput?: boolean | undefined;
  serviceTiers?: string[] | undefined;
  input?: InputTraits | undefined;
  outputModalities?: string[] | undefined;
  tools?: ToolTraits | undefined;
  reasoning?: ReasoningTraits | undefined;
  caching?: CachingTraits | undefined;
  sampling?: SamplingTraits | undefined;
  limits?: LimitTraits | undefined;
  lifecycle?: LifecycleTraits | undefined;
};

/** What the model can be shown. */
export type InputTraits = {
  image?: boolean | undefined;
  document?: boolean | undefined;
  video?: boolean | undefined;
  audio?: boolean | undefined;
  /** Whether it reads from S3 by itself. */
  s3?: boolean | undefined;
};

/** How the model uses tools. */
export type ToolTraits = {
  supported?: boolean | undefined;
  /** With ConverseStream too. */
  streaming?: boolean | undefined;
  choices?: ('auto' | 'any' | 'tool')[] | undefined;
  strict?: boolean | undefined;
  /** Whether a tool result may say `success` or `error`. */
  resultStatus?: boolean | undefined;
  /** Whether text may stand beside tool results in one turn. */
  textBesideResults?: boolean | undefined;
  /** The only ids that it takes, where that is less than Bedrock's own rule. */
  idFormat?: Open<'nine_alphanumerics'> | undefined;
};

/** How the model thinks, and how it is asked to. */
export type ReasoningTraits = {
  supported?: boolean | undefined;
  /** `budget`: `thinking.budget_tokens`. `adaptive`: `thinking.type` and effort. `effort`: an effort word. `config`: Nova's. */
  ask?: Open<'budget' | 'adaptive' | 'effort' | 'config'> | undefined;
  defaultOn?: boolean | undefined;
  canDisable?: boolean | undefined;
  /** Whether it can be kept to thinking between tool calls only. */
  betweenTools?: boolean | undefined;
  /** Whether an `adaptive` model still takes `thinking.budget_tokens`. */
  budget?: boolean | undefined;
  /** The effort words that it knows. */
  efforts?: string[] | undefined;
  defaultEffort?: string | undefined;
  /** The highest effort while thinking is off. */
  effortCapWhenOff?: string | undefined;
  /** Where `effort` goes in `additionalModelRequestFields`: keys, with a dot between them. */
  effortField?: Open<'reasoning_effort' | 'reasoning.effort'> | undefined;
  minBudgetTokens?: number | undefined;
  /** Whether a tool can be forced while it thinks. */
  forcedTools?: boolean | undefined;
};

/** Where and how prompts can be cached. */
export type CachingTraits = {
  supported?: boolean | undefined;
  places?: ('system' | 'messages' | 'tools')[] | undefined;
  /** A shorter prefix is not cached, without a word. */
  minTokens?: number | undefined;
  ttls?: ('5m' | '1h')[] | undefined;
  maxPoints?: number | undefined;
  /** Whether it caches by itself, without cache points. */
  implicit?: boolean | undefined;
};

/** Which sampling parameters the model takes. */
export type SamplingTraits = {
  temperature?: boolean | undefined;
  topP?: boolean | undefined;
  /** Whether `temperature` and `topP` may be set together. */
  both?: boolean | undefined;
  topK?: boolean | undefined;
  stopSequences?: boolean | undefined;
};

/** How much the model takes and gives. */
export type LimitTraits = {
  contextTokens?: number | undefined;
  maxOutputTokens?: number | undefined;
  /** How many tokens of quota one output token uses up. */
  outputBurndown?: number | undefined;
};

/** From when until when there is such a model. Dates are `YYYY-MM-DD`. */
export type LifecycleTraits = {
  status?: 'active' | 'legacy' | 'retired' | undefined;
  launched?: string | undefined;
  legacyFrom?: string | undefined;
  endOfLife?: string | undefined;
  successor?: string | undefined;
};

/**
 * Corrects traits, group by group, without touching the given ones: what a target teaches, or what a user knows
 * better. A field that is set to `undefined` becomes unknown again.
 */
export function withTraits(traits: ModelTraits, patch: ModelTraits): ModelTraits {
  const merged: Record<string, unknown> = { ...traits };
  for (const [name, value] of Object.entries(patch)) {
    const before = merged[name];
    merged[name] = isGroup(before) && isGroup(value) ? { ...before, ...value } : value;
  }
  return merged;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
