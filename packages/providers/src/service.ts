// For pages: where there are types of Node, these bring AsyncDisposable.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Converse, Deadlines, Target, Warning } from '@outcrop/converse';
import {
  aFunction,
  aListOf,
  anObject,
  aText,
  clockChecks,
  deadlineChecks,
  type OptionChecks,
  oneOf,
} from '@outcrop/converse/options';
import { type ClockOptions, systemClock } from '@outcrop/retry-core';
import { type CountOptions, countTokens, type EstimateTokens, type TokenCount } from './asides/count-tokens.ts';
import {
  type AppliedGuardrail,
  applyGuardrail,
  type GuardrailCheckRequest,
  type GuardrailChecks,
  type GuardrailRequest,
  invokeGuardrailChecks,
} from './asides/guardrails.ts';
import { checkHealth, type Health } from './asides/health.ts';
import { listRegion, type RegionListing } from './asides/list-region.ts';
import type { InvokeFormat } from './formats/format.ts';
import type { AsideOptions } from './wire/ask.ts';
import { connectTo, type Link } from './wire/connect.ts';
import type { Invoke } from './wire/speech.ts';
import type { Transport } from './wire/transport.ts';

/** What every way to Bedrock can be told. */
export type ServiceOptions = ClockOptions & {
  /** Deadlines of all calls. Those of a call go first. @default `connectMs` of 10,000, where a connection can be seen */
  deadlines?: Deadlines | undefined;
  /** Bodies of InvokeModel beside those that are known. One of a known name replaces it. */
  formats?: readonly InvokeFormat[] | undefined;
  /** `auto`: prompts are cached where the model is known to do that, unless a request says itself where. @default never */
  cache?: 'auto' | undefined;
  /** Guesses tokens where the service can't count them: `estimateTokens` of `@outcrop/model-catalog` fits. */
  estimateTokens?: EstimateTokens | undefined;
  /** Where {@link BedrockService.isAvailable} asks. @default `AWS_REGION`, else `us-east-1` */
  region?: string | undefined;
};

export const serviceChecks: OptionChecks<ServiceOptions> = {
  ...clockChecks,
  deadlines: deadlineChecks,
  formats: aListOf(anObject()),
  cache: oneOf(['auto']),
  estimateTokens: aFunction,
  region: aText,
};

/** Bedrock, by whatever way it is reached. */
export interface BedrockService extends AsyncDisposable {
  /** One model in one region by one route. Nothing is sent and nothing is loaded before it is asked. */
  connect(target: Target): Converse;
  /** How many input tokens the request has, as the service counts them for this target. Free, with a quota of its own. */
  countTokens(
    target: Target,
    request: Parameters<Converse['converse']>[0],
    options?: CountOptions,
  ): Promise<TokenCount>;
  /** Looks at text and pictures with a guardrail, without a model. */
  applyGuardrail(region: string, request: GuardrailRequest, options?: AsideOptions): Promise<AppliedGuardrail>;
  /** Looks at a conversation with the service's own checks, without a guardrail. */
  invokeGuardrailChecks(
    region: string,
    request: GuardrailCheckRequest,
    options?: AsideOptions,
  ): Promise<GuardrailChecks>;
  /** All models and profiles of a region: what `refreshCatalog` of `@outcrop/model-catalog` takes as its `list`. */
  listRegion(region: string, options?: AsideOptions): Promise<RegionListing>;
  /** Whether Bedrock would answer. `unknown` without the permission to list models, which says nothing about calling them. */
  isAvailable(options?: AsideOptions): Promise<boolean | 'unknown'>;
  /** What {@link isAvailable} found, and why. It never rejects but by `signal`. */
  healthCheck(options?: AsideOptions): Promise<Health>;
  /** Closes the connections. Calls that are under way fail. */
  close(): Promise<void>;
}

/** All that is the same for every transport. */
export function createService(
  transport: Transport,
  options: ServiceOptions & { notices?: Warning[] | undefined },
): BedrockService {
  const { now = systemClock.now, delay = systemClock.delay, random = systemClock.random } = options;
  const { region = 'us-east-1', estimateTokens, notices = [] } = options;
  let invoke: Promise<Invoke> | undefined;
  function loadInvoke(): Promise<Invoke> {
    invoke ??= import('./wire/invoke.ts').then(({ createInvoke }) => createInvoke(options.formats ?? []));
    return invoke;
  }
  const link: Link = {
    transport,
    now,
    delay,
    notices,
    prepare: { cache: options.cache },
    loadInvoke,
    deadlines: { connectMs: 10_000, ...options.deadlines },
  };
  const health = (aside: AsideOptions = {}) => checkHealth(link, region, aside);

  async function close(): Promise<void> {
    transport.close();
  }

  return {
    connect: (target) => connectTo(target, link),
    countTokens: (target, request, aside) => countTokens(link, target, request, { estimateTokens, ...aside }),
    applyGuardrail: (where, request, aside) => applyGuardrail(link, where, request, aside),
    invokeGuardrailChecks: (where, request, aside) => invokeGuardrailChecks(link, where, request, aside),
    listRegion: (where, aside) => listRegion(link, where, { ...aside, random, delay }),
    isAvailable: async (aside) => (await health(aside)).available,
    healthCheck: health,
    close,
    [Symbol.asyncDispose]: close,
  };
}
