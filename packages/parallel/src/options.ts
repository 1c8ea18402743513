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
  /** What each delay is to the one before. @default 2 */
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

const choices = {
  order: ['completion', 'input'],
  onFailure: ['continue_on_failure', 'stop_on_first_failure', 'stop_on_threshold'],
  whenStopped: ['drain', 'abort'],
} as const;

/** Throws if an option makes no sense. */
export function checkOptions(options: BulkOptions): void {
  const { maxConcurrency = 1, timeoutMs, deadlineMs, retry, budget, failureThreshold } = options;
  if (!(maxConcurrency >= 1)) throw new RangeError(`maxConcurrency is ${maxConcurrency}, but has to be 1 or more.`);
  for (const [name, allowed] of Object.entries(choices) as [keyof typeof choices, readonly string[]][]) {
    const given = options[name];
    if (given !== undefined && !allowed.includes(given)) {
      throw new RangeError(`${name} is ${JSON.stringify(given)}, but has to be one of ${allowed.join(', ')}.`);
    }
  }
  for (const [name, ms] of Object.entries({ timeoutMs, deadlineMs })) {
    if (ms !== undefined && !(ms > 0)) throw new RangeError(`${name} is ${ms}, but has to be more than 0.`);
  }
  if (retry !== undefined && !(Number.isInteger(retry.rounds) && retry.rounds >= 0)) {
    throw new RangeError(`retry.rounds is ${retry.rounds}, but has to be a whole number from 0 on.`);
  }
  if (budget !== undefined && typeof budget.estimateCost !== 'function') {
    throw new TypeError('A budget needs estimateCost, which says what a request may cost at most.');
  }
  const { delayMs, multiplier } = retry ?? {};
  const amounts = {
    'retry.delayMs': delayMs,
    'retry.multiplier': multiplier,
    'budget.usd': budget?.usd,
    'budget.tokens': budget?.tokens,
  };
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount !== undefined && !(amount >= 0)) throw new RangeError(`${name} is ${amount}, but has to be 0 or more.`);
  }
  if (failureThreshold !== undefined) checkThreshold(failureThreshold);
}

function checkThreshold(threshold: NonNullable<BulkOptions['failureThreshold']>): void {
  if ('share' in threshold) {
    const { share } = threshold;
    if (!(share >= 0 && share <= 1)) throw new RangeError(`failureThreshold.share is ${share}, but is from 0 to 1.`);
  } else if (!(threshold.count >= 0)) {
    throw new RangeError(`failureThreshold.count is ${threshold.count}, but has to be 0 or more.`);
  }
}
