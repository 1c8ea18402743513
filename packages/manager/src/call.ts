import {
  type Attempt,
  type CallEvent,
  type ConverseError,
  type ConverseRequest,
  type OutputRung,
  tellListener,
  type Warning,
} from '@outcrop/converse';
import { type Cost, type Deadlines, isDeadlineError, type Lease, startDeadlines } from '@outcrop/retry-core';
import { checkRequest } from './check-request.ts';
import { type Core, defined, targetsOf, withDefaults } from './core.ts';
import { timedOut } from './errors.ts';
import { type Feature, featuresOf } from './features.ts';
import { enter } from './life.ts';
import type { Interruption, ManagerCallOptions } from './options.ts';
import { orderTargets } from './order.ts';
import { reservedTokens } from './reservation.ts';
import { firstRung } from './rungs.ts';
import type { ManagedTarget } from './targets.ts';

/** A target, as one call sees it. */
export type Candidate = {
  readonly target: ManagedTarget;
  /** Kept out by what earlier calls found: the last resort. */
  readonly isBenched: boolean;
  /** Failed tries. A throttle is none. */
  failures: number;
  /** Replies that would not do. */
  rejections: number;
  /** Not before then. */
  readyAt: number;
  /** Not again in this call. */
  isOut: boolean;
  /** To be taken before all others. */
  isNext: boolean;
  /** How it is asked for an object, if it is. */
  rung: OutputRung | undefined;
};

/** What is asked for: a reply, the same as a stream, or an object of a schema. */
export type CallKind = 'reply' | 'stream' | 'object';

/** One call on its way: all that changes while it is. */
export type Call = {
  readonly core: Core;
  readonly options: ManagerCallOptions;
  readonly kind: CallKind;
  readonly isStreamed: boolean;
  readonly candidates: readonly Candidate[];
  readonly deadlines: Deadlines;
  readonly startedAt: number;
  readonly endsAt: number;
  /** What the fleet reserves for it. */
  readonly cost: Cost;
  readonly emit: ((event: CallEvent) => void) | undefined;
  /** With the defaults, and without what had to be left out. */
  request: ConverseRequest;
  /** What it asks for that a model may refuse. */
  features: readonly Feature[];
  readonly attempts: Attempt[];
  /** Those that count against `maxAttempts`. */
  tries: number;
  readonly warnings: Warning[];
  readonly onInterruption: Interruption;
  last: { error: ConverseError; candidate: Candidate; lease: Lease } | undefined;
  hasReplied: boolean;
  readonly end: () => void;
};

/** Begins a call. Nothing is sent yet. */
export function startCall(core: Core, asked: ConverseRequest, options: ManagerCallOptions, kind: CallKind): Call {
  checkRequest(asked);
  const { clock, retry, memory, listeners } = core;
  const request = withDefaults(asked, core.options.defaultInferenceConfig);
  const limits = options.deadlines ? { ...core.deadlines, ...defined(options.deadlines) } : core.deadlines;
  const { totalMs } = limits;
  const targets = targetsOf(core);
  const candidates = orderTargets(targets, {
    strategy: retry.retryStrategy,
    regionOrder: core.options.regionOrder ?? 'fixed',
    regions: core.options.regions,
    turn: core.calls++,
    fleet: memory.fleet,
    request,
    needsProfile: ({ key }) => memory.benched(key) === 'needs_profile',
  }).map(
    (target): Candidate => ({
      target,
      isBenched: memory.benched(target.key) !== undefined,
      failures: 0,
      rejections: 0,
      readyAt: 0,
      isOut: false,
      isNext: false,
      rung: kind === 'object' ? firstRung(memory, target) : options.rung,
    }),
  );
  const isStreamed = kind === 'stream';
  const startedAt = clock.now();
  const cost = { tokens: reservedTokens(request, candidates[0]?.target.traits ?? {}) };
  // Nothing above leaves anything running if it throws.
  const deadlines = startDeadlines({ totalMs, signal: options.signal, now: clock.now, delay: clock.delay });
  const leave = enter(core.life, deadlines.end);
  return {
    core,
    options: { ...options, deadlines: limits },
    kind,
    isStreamed,
    candidates,
    deadlines,
    startedAt,
    endsAt: startedAt + totalMs,
    cost,
    emit: listeners.size > 0 || options.onEvent ? emitter(core, options) : undefined,
    request,
    features: featuresOf(request, isStreamed),
    attempts: [],
    tries: 0,
    onInterruption: options.onInterruption ?? core.options.onInterruption ?? 'fail',
    warnings: [],
    last: undefined,
    hasReplied: false,
    end() {
      deadlines.stop();
      leave();
    },
  };
}

/** Ends it: no timer and no listener is left. */
export function endCall(call: Call): void {
  const { signal } = call.deadlines;
  const isAborted = signal.aborted && !isDeadlineError(signal.reason);
  call.core.stats.end(call.hasReplied ? 'replied' : isAborted ? 'aborted' : 'failed');
  call.end();
}

/** Throws what has ended the call from outside: the caller's own reason, or the deadline for all of it. */
export function throwIfOver({ deadlines: { signal }, attempts }: Call): void {
  if (!signal.aborted) return;
  if (isDeadlineError(signal.reason)) throw timedOut(signal.reason, attempts);
  throw signal.reason;
}

function emitter({ listeners, reportFault }: Core, { onEvent }: ManagerCallOptions): (event: CallEvent) => void {
  return (event) => {
    for (const listener of listeners) tellListener(listener, event, reportFault);
    tellListener(onEvent, event, reportFault);
  };
}
