import type { ConverseError, ConverseErrorJson, ConverseResponse, TargetName } from '@outcrop/converse';
import type { BulkItem } from './item.ts';

/** What has become of one request. Exactly one of these comes for each. */
export type Outcome = OkOutcome | FailedOutcome | TimedOutOutcome | AbortedOutcome | NotStartedOutcome;

type Ended = {
  id: string;
  /** Its place in the input, from 0. */
  index: number;
  item: BulkItem;
  /** Every call that was made for it in this run, the last one included. */
  tries: Try[];
  /** It was found in the journal, and not called in this run. */
  restored?: true | undefined;
};

/** It was answered. */
export type OkOutcome = Ended & { type: 'ok'; reply: ConverseResponse };

/** It failed for good. What was tried inside the call is in the error's `attempts`. */
export type FailedOutcome = Ended & { type: 'failed'; error: ConverseError };

/** Its own time limit passed. */
export type TimedOutOutcome = Ended & { type: 'timed_out'; error: ConverseError };

/** It was under way when the run was stopped: Bedrock may have answered, and nobody knows. */
export type AbortedOutcome = Ended & { type: 'aborted'; reason: StopReason };

/** It was never sent. */
export type NotStartedOutcome = Ended & { type: 'not_started'; reason: StopReason };

/** Why a run ended before its input did. */
export type StopReason = 'first_failure' | 'threshold' | 'budget' | 'deadline' | 'signal' | 'left' | 'broken';

/** One call that was made for a request. */
export type Try = {
  /** From 1. */
  attempt: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  /** Who answered, or refused last. */
  target?: TargetName | undefined;
  error?: ConverseErrorJson | undefined;
};
