import type { ConverseError } from '@outcrop/converse';
import type { Call, Candidate } from './call.ts';
import { withAttempts } from './errors.ts';
import { type Feature, featureMeant } from './features.ts';
import { adviceOn, again, policy, refusalMs } from './policy.ts';
import { goesDown } from './rungs.ts';
import type { Turn } from './turn.ts';

/**
 * Does what the table says about an error: tells the fleet, remembers, and leaves out what is not worth another try.
 * Throws if the call ends with it.
 */
export function afterError(call: Call, turn: Turn, error: ConverseError): void {
  const { core, candidates } = call;
  const { candidate } = turn;
  const advice = adviceOn(error, core.retry.retryableErrors);
  tell(call, turn, error);
  call.last = { error, candidate, lease: turn.lease };
  candidate.isNext = false;
  if (goesDown(call, candidate, error)) return;
  remember(call, candidate, error);
  if (turn.began) restart(call, turn, error);

  switch (advice.here) {
    case 'when_admitted':
      break;
    case 'by_profile':
      candidate.isOut = true;
      for (const each of candidates) each.isNext = isSibling(each, candidate);
      break;
    case 'without_feature':
      // It may do once that is left out; until then it counts as one that can't.
      candidate.isOut = refusedFeature(call, error) === undefined;
      break;
    default:
      backOff(call, candidate, error, again[advice.here]);
  }
  if (advice.elsewhere === 'no' && candidate.isOut) throw withAttempts(error, call.attempts);
  if (advice.elsewhere === 'room') leaveRoomier(candidates, candidate);
}

/** Tells the fleet what became of the lease, in its words. */
function tell({ emit, core, cost }: Call, { lease, name, candidate }: Turn, error: ConverseError): void {
  const { quotaKey } = candidate.target;
  switch (toldBy(error)) {
    case 'throttled': {
      const limit = error.code === 'throttled' ? error.limit : undefined;
      lease.throttled({ limit, retryAfterMs: error.retryAfterMs });
      emit?.({ type: 'throttle', target: name, waitMs: core.memory.fleet.waitMs([quotaKey], cost), limit });
      break;
    }
    case 'refused':
      lease.settle({ tokens: 0 });
      break;
    case 'nothing':
      lease.abandoned();
      break;
    case 'unavailable':
      lease.failed('unavailable');
      break;
    case 'error':
      lease.failed('error');
      break;
    case 'timed_out':
      lease.failed('timed_out');
  }
}

function toldBy(error: ConverseError) {
  if (error.code === 'timeout' && error.phase === 'connect') return 'unavailable';
  // The service's own timeout is an answer.
  if (error.code === 'timeout' && error.phase === 'model') return 'error';
  return policy[error.code].told;
}

/** What later calls should know. */
function remember(call: Call, { target }: Candidate, error: ConverseError): void {
  const { memory } = call.core;
  const { benchMs } = policy[error.code];
  // A quota is everybody's who shares it; a denial is this target's alone.
  if (error.code === 'quota_exhausted') memory.fleet.bench(target.quotaKey, error.retryAfterMs ?? benchMs ?? 0);
  else if (benchMs !== undefined) memory.bench(target.key, error.code, benchMs);
  const feature = refusedFeature(call, error);
  if (feature !== undefined) memory.refuse(target.key, feature, refusalMs);
}

function refusedFeature({ request, isStreamed }: Call, error: ConverseError): Feature | undefined {
  return error.code === 'unsupported_feature' ? featureMeant(error.feature, request, isStreamed) : undefined;
}

/** The caller has seen events already: only who asked for it gets another beginning, and is told. */
function restart(call: Call, { name }: Turn, error: ConverseError): void {
  if (call.onInterruption !== 'restart') throw withAttempts(error, call.attempts);
  const message = `The stream of ${name.model} in ${name.region} broke (${error.code}) and was started anew: what came before the last messageStart is void.`;
  call.warnings.push({ code: 'stream_restarted', message });
}

function backOff(
  call: Call,
  candidate: Candidate,
  error: ConverseError,
  often: (typeof again)[keyof typeof again],
): void {
  const { retry, validation, clock } = call.core;
  if (error.code === 'reply_rejected') {
    candidate.rejections++;
    candidate.readyAt = clock.now() + validation.delayMs;
    candidate.isOut = candidate.rejections > validation.retries;
    candidate.isNext = !candidate.isOut;
    return;
  }
  if (often === undefined) {
    candidate.isOut = true;
    return;
  }
  candidate.failures++;
  const retries = often.retries === 'as_configured' ? retry.maxRetries : Math.min(often.retries, retry.maxRetries);
  candidate.isOut = candidate.failures > retries;
  const doubledMs = often.delayFactor * retry.retryDelayMs * retry.backoffMultiplier ** (candidate.failures - 1);
  // Between half and all of it, so that callers that failed together do not come back together.
  const delayMs = Math.min(retry.maxRetryDelayMs, doubledMs) * (0.5 + clock.random() / 2);
  candidate.readyAt = clock.now() + Math.max(delayMs, error.retryAfterMs ?? 0);
}

function isSibling({ target }: Candidate, { target: asked }: Candidate): boolean {
  return target !== asked && target.model === asked.model && target.region === asked.region;
}

/** Only those that are known to hold more than the one that was too small. */
function leaveRoomier(candidates: readonly Candidate[], small: Candidate): void {
  const held = small.target.traits.limits?.contextTokens ?? Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if ((candidate.target.traits.limits?.contextTokens ?? 0) <= held) candidate.isOut = true;
  }
}
