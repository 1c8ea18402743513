import type { CallEvent, ConverseErrorJson, ConverseResponse, Verdict } from '@outcrop/converse';
import type { ClockOptions } from '@outcrop/retry-core';
import type { BulkItem, Job } from './item.ts';
import type { FailedOutcome, Outcome, StopReason, TimedOutOutcome } from './outcome.ts';

/** How many requests are run. */
export type BulkOptions = ClockOptions & {
  /** How many calls to have on their way, such as `fleet.capacity`: asked again whenever one starts or ends. */
  capacity?: (() => number) | undefined;
  /** Never more calls at once than this. @default 256 */
  maxConcurrency?: number | undefined;
  /** In which order outcomes are handed out. @default 'completion' */
  order?: 'completion' | 'input' | undefined;
  /** What a failed request means for the others. @default 'continue_on_failure' */
  onFailure?: 'continue_on_failure' | 'stop_on_first_failure' | 'stop_on_threshold' | undefined;
  /** What `stop_on_threshold` stops at: more than this share of all requests, or more than this many. @default { share: 0.5 } */
  failureThreshold?: { share: number } | { count: number } | undefined;
  /** What becomes of calls that are under way when the run stops. @default 'drain' after a failure or for a budget; the deadline and the signal always abort */
  whenStopped?: 'drain' | 'abort' | undefined;
  /** How long one call may take. What it waited in line before its target is forgiven: its time begins again when it leaves it. @default no limit */
  timeoutMs?: number | undefined;
  /** How long all of it may take. @default no limit */
  deadlineMs?: number | undefined;
  /** Stops the run. What was finished until then is kept. */
  signal?: AbortSignal | undefined;
  /** More calls for requests that failed. @default none */
  retry?: RetryRounds | undefined;
  /** What may be spent. Before a call starts that could pass it, the run stops. */
  budget?: Budget | undefined;
  /** Looks at each reply before it counts. Handed to the `Converse`, which calls again. */
  validate?: ((reply: ConverseResponse) => Verdict | Promise<Verdict>) | undefined;
  /** Where outcomes are written before they are handed out, and where earlier ones are found again. */
  journal?: Journal | undefined;
  /** What happens on the way. What it throws is reported, and changes nothing. */
  onEvent?: ((event: BulkEvent) => void) | undefined;
};

/** More calls for a request that failed: each is a new one, with all the attempts that its `Converse` makes. */
export type RetryRounds = {
  /** How many more calls a request gets. */
  rounds: number;
  /** Before the first of them. @default 2_000 */
  delayMs?: number | undefined;
  /** What each delay is to the one before, until it is an hour. @default 2 */
  multiplier?: number | undefined;
  /** Which failures are worth it. @default what the advice of the error's code says may go better later */
  filter?: ((outcome: FailedOutcome | TimedOutOutcome) => boolean) | undefined;
};

/** What may be spent, and what a request may cost at most. */
export type Budget = {
  usd?: number | undefined;
  tokens?: number | undefined;
  /** The most that this request may come to. Reserved while it is under way. */
  estimateCost: (item: BulkItem) => { usd?: number | undefined; tokens?: number | undefined };
};

/** Where outcomes are kept. `@outcrop/parallel/node` has one in a file. */
export interface Journal {
  /** What an earlier run has found of this request. Throws if it was another request that had this id. */
  recall(job: Job): Outcome | undefined;
  /** Keeps it. The outcome is handed out when this is done. */
  record(outcome: Outcome): void | Promise<void>;
}

/** Something that happened in a run. */
export type BulkEvent =
  | { type: 'started'; id: string; attempt: number }
  | { type: 'call'; id: string; event: CallEvent }
  | { type: 'retry'; id: string; attempt: number; waitMs: number; error: ConverseErrorJson }
  | { type: 'ended'; outcome: Outcome }
  | { type: 'stopped'; reason: StopReason };
