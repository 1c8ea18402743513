import { type Converse, tellListener } from '@outcrop/converse';
import { type Clock, systemClock } from '@outcrop/retry-core';
import { type CallResult, callOnce } from './call.ts';
import { createFailureRule } from './failure-rule.ts';
import { createHandOut, createQueue } from './hand-out.ts';
import { type BulkInput, openInput } from './input.ts';
import { createIntake } from './intake.ts';
import type { Job } from './item.ts';
import type { BulkEvent, BulkOptions, RetryRounds } from './options.ts';
import type { Outcome, StopReason } from './outcome.ts';
import { progressOf } from './progress.ts';
import { createRate } from './rate.ts';
import type { BulkProgress } from './run-all.ts';
import { createSpending, type Reserve } from './spending.ts';
import { type BulkSummary, createTally } from './tally.ts';
import {
  type Failure,
  isFailure,
  mayTryAgain,
  outcomeOf,
  outcomeOfWaiting,
  seenIn,
  type Work,
  waitBeforeNext,
} from './work.ts';

/** Runs the input through the `Converse`, once it is started. */
export function createExecutor(converse: Converse, requests: BulkInput, options: BulkOptions) {
  const {
    maxConcurrency = 256,
    order = 'completion',
    timeoutMs,
    deadlineMs,
    signal,
    retry,
    validate,
    journal,
  } = options;
  const { capacity = () => maxConcurrency } = options;
  const clock: Clock = { ...systemClock, ...definedOf(options) };
  const { now, wallNow, delay } = clock;
  const input = openInput(requests);
  const rule = createFailureRule(options, input.size);
  const spending = createSpending(options.budget);
  const tally = createTally();
  const handOut = createHandOut(order, fill);
  const intake = createIntake(input, { mayHaveRead, onArrival: fill, onError: onInputError });
  const again = createQueue<Work>();
  const giveUp = new AbortController();
  const over = new AbortController();
  const summary = Promise.withResolvers<BulkSummary>();
  summary.promise.catch(() => {});
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  let rate = createRate(now());
  let running = 0;
  let waiting = 0;
  let isPaused = false;
  let isFilling = false;
  /** What the budget has left is set aside for calls under way, which may give some of it back. */
  let isShort = false;
  let stoppedBy: StopReason | undefined;
  let failure: { error: unknown } | undefined;
  let isOver = false;

  function start(): void {
    startedAt = now();
    rate = createRate(startedAt);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    if (deadlineMs !== undefined) delay(deadlineMs, over.signal).then(() => stop('deadline', 'abort'), ignore);
    fill();
  }

  function onAbort(): void {
    stop('signal', 'abort');
  }

  /** Starts whatever can be started now. */
  function fill(): void {
    // Whoever is told of an outcome may read, pause or stop right there.
    if (isFilling || isOver || startedAt === undefined) return;
    isFilling = true;
    try {
      while (!isPaused && !isShort && !hasToEnd() && hasRoom()) {
        const work = again.shift() ?? newWork(intake.take());
        if (work !== undefined) begin(work);
        else if (!intake.pull()) break;
      }
    } catch (error) {
      breakOff(error, 'drain');
    }
    isFilling = false;
    endIfOver();
  }

  function emit(event: BulkEvent): void {
    tellListener(options.onEvent, event);
  }

  function hasToEnd(): boolean {
    return stoppedBy !== undefined || failure !== undefined;
  }

  function hasRoom(): boolean {
    if (running >= maxConcurrency || handOut.ready >= maxConcurrency) return false;
    const room = capacity();
    if (Number.isNaN(Number(room)))
      throw new TypeError(`capacity said ${room}, and has to say how many calls there may be.`);
    return running < Math.max(1, room);
  }

  /** A list is in memory as a whole. Of a stream no more than this is read while an earlier outcome is waited for. */
  function mayHaveRead(): number {
    if (order === 'completion' || input.size !== undefined) return Number.POSITIVE_INFINITY;
    return handOut.nextIndex + readAhead * maxConcurrency;
  }

  function begin(work: Work): void {
    const { job, tries } = work;
    try {
      const known = tries.length === 0 ? journal?.recall(job) : undefined;
      if (known !== undefined) {
        spending.spend(known, { usd: 0, tokens: 0 });
        tell({ ...known, index: job.index, item: job.item, restored: true });
        return;
      }
      const reserve = spending.reserve(job.item);
      if (reserve !== undefined) {
        running++;
        call(work, reserve).catch(breakOff).finally(onCallOver);
        return;
      }
      again.push(work);
      isShort = running > 0;
      if (!isShort) stop('budget', options.whenStopped ?? 'drain');
    } catch (error) {
      again.push(work);
      breakOff(error, 'drain');
    }
  }

  function onCallOver(): void {
    running--;
    isShort = false;
    fill();
  }

  async function call(work: Work, reserve: Reserve): Promise<void> {
    const { job, tries } = work;
    const attempt = tries.length + 1;
    const { id } = job;
    emit({ type: 'started', id, attempt });
    const began = { attempt, startedAt: wallNow() };
    const beganAt = now();
    let result: CallResult;
    try {
      result = await callOnce(converse, job, {
        timeoutMs,
        signal: giveUp.signal,
        validate,
        delay,
        onEvent(event) {
          emit({ type: 'call', id, event });
          // One that has left the line makes room for one more in it.
          if (event.type === 'attempt') fill();
        },
      });
    } finally {
      spending.release(reserve);
    }
    spending.spend(result, reserve);
    tries.push({ ...began, durationMs: now() - beganAt, ...seenIn(result) });
    if (isFailure(result)) work.last = result;
    if (retry !== undefined && isFailure(result) && isWorthIt(work, result)) tryAgainLater(work, result, retry);
    else await conclude(outcomeOf(work, result, whyStopped()));
  }

  function isWorthIt(work: Work, failed: Failure): boolean {
    if (hasToEnd()) return false;
    try {
      return mayTryAgain(work, failed, retry);
    } catch (error) {
      breakOff(error, 'drain');
      return false;
    }
  }

  function tryAgainLater(work: Work, { error }: Failure, rounds: RetryRounds): void {
    const waitMs = waitBeforeNext(work, rounds);
    emit({ type: 'retry', id: work.job.id, attempt: work.tries.length + 1, waitMs, error: error.toJson() });
    waiting++;
    delay(waitMs, over.signal)
      .catch(ignore)
      .finally(() => {
        waiting--;
        again.push(work);
        fill();
      });
  }

  async function conclude(outcome: Outcome): Promise<void> {
    if (outcome.type !== 'aborted') await journal?.record(outcome);
    tell(outcome);
  }

  function tell(outcome: Outcome): void {
    tally.add(outcome);
    // What the journal knew came at once, and says nothing of how long the rest will take.
    if (!outcome.restored) rate.count(now());
    emit({ type: 'ended', outcome });
    handOut.add(outcome);
    const reason = rule.note(outcome);
    if (reason !== undefined) stop(reason, options.whenStopped ?? 'drain');
  }

  function stop(reason: StopReason, underWay: 'drain' | 'abort'): void {
    if (isOver) return;
    if (stoppedBy === undefined) {
      stoppedBy = reason;
      emit({ type: 'stopped', reason });
    }
    end(underWay);
  }

  /** The input or the set-up broke, or nothing can be kept any more: what has ended is handed out, and then this is thrown. */
  function breakOff(error: unknown, underWay: 'drain' | 'abort' = 'abort'): void {
    failure ??= { error };
    end(underWay);
  }

  function onInputError(error: unknown): void {
    // What is under way is none the worse for it.
    breakOff(error, 'drain');
  }

  function end(underWay: 'drain' | 'abort'): void {
    intake.close();
    over.abort();
    if (underWay === 'abort')
      giveUp.abort(signal?.aborted ? signal.reason : new DOMException('The run has ended.', 'AbortError'));
    fill();
  }

  function endIfOver(): void {
    if (isOver || isFilling || running > 0 || waiting > 0) return;
    if (!hasToEnd() && (!intake.isOver || again.size > 0)) return;
    isOver = true;
    endedAt = now();
    tellTheRest();
    over.abort();
    signal?.removeEventListener('abort', onAbort);
    const context = { success: rule.succeeded(), totalMs: endedAt - (startedAt ?? endedAt), stoppedBy };
    handOut.end(failure);
    if (failure === undefined) summary.resolve(tally.summary(context));
    else summary.reject(failure.error);
  }

  /** Of what has not been started, or not again. */
  function tellTheRest(): void {
    for (let work = again.shift(); work !== undefined; work = again.shift()) tell(outcomeOfWaiting(work, whyStopped()));
    if (!hasToEnd()) return;
    for (let work = newWork(intake.takeRest()); work !== undefined; work = newWork(intake.takeRest())) {
      tell(outcomeOfWaiting(work, whyStopped()));
    }
  }

  function whyStopped(): StopReason {
    return stoppedBy ?? 'broken';
  }

  return {
    start,
    next: handOut.next,
    summary: summary.promise,
    leave: () => stop('left', 'abort'),
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      fill();
    },
    progress(): BulkProgress {
      const time = endedAt ?? now();
      const elapsedMs = time - (startedAt ?? time);
      const { size: total } = input;
      return progressOf(tally.counts, { total, running, waiting, elapsedMs, perSecond: rate.perSecond(time) });
    },
  };
}

const readAhead = 16;

function newWork(job: Job | undefined): Work | undefined {
  return job && { job, tries: [] };
}

function definedOf({ now, wallNow, random, delay }: BulkOptions): Partial<Clock> {
  const given = Object.entries({ now, wallNow, random, delay }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function ignore(): void {}
