import { type ConverseError, errorAdvice } from '@outcrop/converse';
import type { CallResult } from './call.ts';
import type { Job } from './item.ts';
import type { RetryRounds } from './options.ts';
import type { FailedOutcome, Outcome, StopReason, TimedOutOutcome, Try } from './outcome.ts';

/** A job with what has happened to it so far. */
export type Work = { job: Job; tries: Try[]; last?: Failure };

/** What another call may help against. */
export type Failure = { type: 'failed' | 'timed_out'; error: ConverseError };

export function isFailure(result: CallResult): result is CallResult & Failure {
  return result.type === 'failed' || result.type === 'timed_out';
}

/** Whether it gets one more call. Throws what the filter throws. */
export function mayTryAgain({ job, tries }: Work, failed: Failure, retry: RetryRounds | undefined): boolean {
  if (retry === undefined || tries.length > retry.rounds) return false;
  const { filter = mayGoBetterLater } = retry;
  return filter({ ...job, tries, ...failed } as FailedOutcome | TimedOutOutcome);
}

/** Of one that tried several targets, it is enough if one of them may. */
function mayGoBetterLater({ error }: Failure): boolean {
  const causes = error.code === 'exhausted' ? error.attempts.flatMap(({ error }) => error?.code ?? []) : [error.code];
  return causes.some((code) => errorAdvice[code].here !== 'no');
}

const longestWaitMs = 3_600_000;

/** How long it waits for its next call. */
export function waitBeforeNext({ tries }: Work, { delayMs = 2_000, multiplier = 2 }: RetryRounds): number {
  const waitMs = delayMs * Math.min(multiplier ** (tries.length - 1), 1e9);
  return Math.min(waitMs, Math.max(delayMs, longestWaitMs));
}

/** What a call says of itself in the history of its request. */
export function seenIn(result: CallResult): Pick<Try, 'target' | 'error'> {
  if (result.type === 'ok') return { target: result.reply.servedBy };
  if (result.type === 'aborted') return {};
  const { error } = result;
  return { target: error.target ?? error.attempts.at(-1)?.target, error: error.toJson() };
}

export function outcomeOf({ job, tries }: Work, result: CallResult, whyStopped: StopReason): Outcome {
  const ended = { ...job, tries };
  return result.type === 'aborted' ? { type: 'aborted', ...ended, reason: whyStopped } : { ...ended, ...result };
}

/** Of one that was waiting, for its first call or for another. */
export function outcomeOfWaiting({ job, tries, last }: Work, whyStopped: StopReason): Outcome {
  if (last === undefined) return { type: 'not_started', ...job, tries, reason: whyStopped };
  return { ...job, tries, ...last } as Outcome;
}
