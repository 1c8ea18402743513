import type { Converse } from '@outcrop/converse';
import { checkOptions } from './check-options.ts';
import { createExecutor } from './executor.ts';
import type { BulkInput } from './input.ts';
import type { BulkOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type BulkResult, collect } from './result.ts';
import type { BulkSummary } from './tally.ts';

/**
 * Many requests under way. Nothing is sent before the first use. It is read once: outcome by outcome by iterating it,
 * which needs no more memory for more requests, or all at once by awaiting {@link result}.
 *
 * Leaving the loop early ends the run, and so does its signal; what has ended until then counts.
 */
export interface BulkRun extends AsyncIterable<Outcome> {
  /** Everything, when all is over. Starts the run. */
  readonly result: Promise<BulkResult>;
  /** The figures, when all is over: beside the loop of who iterates, or alone, and then the outcomes are dropped. */
  readonly summary: Promise<BulkSummary>;
  /** How far it is, now. */
  progress(): BulkProgress;
  /** Starts no more calls until `resume`. Those under way go on. */
  pause(): void;
  /** Goes on after `pause`. */
  resume(): void;
}

/** How far a run is. */
export type BulkProgress = {
  /** `undefined` where nobody knows how many there are. */
  total: number | undefined;
  ended: number;
  ok: number;
  failed: number;
  /** Calls that are under way, or in line before a target. */
  running: number;
  /** Requests that wait for another call. */
  waiting: number;
  /** Of the answers of this run, as the money is. */
  tokens: number;
  usd: number;
  elapsedMs: number;
  /** How many ended a second lately. */
  perSecond: number;
  /** At this rate; `undefined` where nobody can tell. */
  etaMs: number | undefined;
};

/**
 * Runs many requests over one {@link Converse}: as many at once as there is room for, each with exactly one outcome.
 *
 * @example
 * ```ts
 * import type { Converse, ConverseRequest } from '@outcrop/converse';
 * import { textOf } from '@outcrop/converse';
 * import { runAll } from '@outcrop/parallel';
 *
 * async function answerAll(model: Converse, requests: AsyncIterable<ConverseRequest>) {
 *   for await (const outcome of runAll(model, requests, { maxConcurrency: 50 })) {
 *     if (outcome.type === 'ok') console.log(outcome.id, textOf(outcome.reply));
 *   }
 * }
 * ```
 */
export function runAll(converse: Converse, requests: BulkInput, options: BulkOptions = {}): BulkRun {
  checkOptions(options);
  const executor = createExecutor(converse, requests, options);
  let isRead = false;
  let result: Promise<BulkResult> | undefined;

  function read(): AsyncIterator<Outcome, undefined> {
    if (isRead)
      throw new TypeError('This run is read already, and it can be read once: iterate it, or await its result.');
    isRead = true;
    executor.start();
    return {
      next: executor.next,
      async return() {
        executor.leave();
        return { done: true, value: undefined };
      },
    };
  }

  return {
    [Symbol.asyncIterator]: read,
    get result() {
      if (result === undefined) {
        result = collect({ [Symbol.asyncIterator]: read }, executor.summary);
        // Its error is there for who awaits it.
        result.catch(() => {});
      }
      return result;
    },
    get summary() {
      // Later than any reader that the same stretch of code starts.
      queueMicrotask(() => {
        if (!isRead) drain(read()).catch(() => {});
      });
      return executor.summary;
    },
    progress: executor.progress,
    pause: executor.pause,
    resume: executor.resume,
  };
}

async function drain(outcomes: AsyncIterator<Outcome, undefined>): Promise<void> {
  while (!(await outcomes.next()).done);
}
