import { type Converse, type ConverseError, errorAdvice, tellListener } from '@outcrop/converse';
import { type Clock, systemClock } from '@outcrop/retry-core';
import { type CallResult, callOnce } from './call.ts';
import { createFailureRule } from './failure-rule.ts';
import { createHandOut, createQueue } from './hand-out.ts';
import { type BulkInput, openInput } from './input.ts';
import type { Job } from './item.ts';
import type { BulkEvent, BulkOptions } from './options.ts';
import type { FailedOutcome, Outcome, StopReason, TimedOutOutcome, Try } from './outcome.ts';
import { createRate } from './rate.ts';
import type { BulkProgress } from './run-all.ts';
import { createSpending, type Reserve } from './spending.ts';
import { type BulkSummary, createTally } from './tally.ts';

/** A job with what has happened to it so far. */
type Work = { job: Job; tries: Try[]; last?: Failure };

type Failure = { type: 'failed' | 'timed_out'; error: ConverseError };

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
  const again = createQueue<Work>();
  const arrived = createQueue<Job>();
  const giveUp = new AbortController();
  const over = new AbortController();
  const summary = Promise.withResolvers<BulkSummary>();
  summary.promise.catch(() => {});
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  let rate = createRate(now());
  let read = 0;
  let running = 0;
  let waiting = 0;
  let isPulling = false;
  let isRead = false;
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
        const work = again.shift() ?? newWork(arrived.shift());
        if (work !== undefined) begin(work);
        else if (!mayRead() || !pull()) break;
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
  function mayRead(): boolean {
    if (isRead || isPulling) return false;
    return order === 'completion' || input.size !== undefined || read < handOut.nextIndex + readAhead * maxConcurrency;
  }

  /** Gets the next job, at once or later. Says whether there may be one now. */
  function pull(): boolean {
    try {
      const next = input.next();
      if (!(next instanceof Promise)) {
        take(next);
        return true;
      }
      isPulling = true;
      next.then(take, onInputError).finally(() => {
        isPulling = false;
        fill();
      });
    } catch (error) {
      onInputError(error);
    }
    return false;
  }

  function take(job: Job | undefined): void {
    if (job === undefined) isRead = true;
    else {
      read++;
      arrived.push(job);
    }
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
    if (isFailure(result) && mayTryAgain(work, result)) tryAgainLater(work, result);
    else await conclude(outcomeOf(work, result));
  }

  function outcomeOf({ job, tries }: Work, result: CallResult): Outcome {
    const ended = { ...job, tries };
    return result.type === 'aborted' ? { type: 'aborted', ...ended, reason: whyStopped() } : { ...ended, ...result };
  }

  function mayTryAgain({ job, tries }: Work, failed: Failure): boolean {
    if (retry === undefined || tries.length > retry.rounds || hasToEnd()) return false;
    const { filter = mayGoBetterLater } = retry;
    try {
      return filter({ ...job, tries, ...failed } as FailedOutcome | TimedOutOutcome);
    } catch (error) {
      breakOff(error, 'drain');
      return false;
    }
  }

  function tryAgainLater(work: Work, { error }: Failure): void {
    const { delayMs = 2_000, multiplier = 2 } = retry ?? {};
    const attempt = work.tries.length + 1;
    const waitMs = Math.min(delayMs * Math.min(multiplier ** (attempt - 2), 1e9), Math.max(delayMs, longestWaitMs));
    emit({ type: 'retry', id: work.job.id, attempt, waitMs, error: error.toJson() });
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
    input.close();
    over.abort();
    if (underWay === 'abort')
      giveUp.abort(signal?.aborted ? signal.reason : new DOMException('The run has ended.', 'AbortError'));
    fill();
  }

  function endIfOver(): void {
    if (isOver || isFilling || running > 0 || waiting > 0) return;
    if (!hasToEnd() && (!isRead || again.size > 0 || arrived.size > 0)) return;
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

  /** Of what has not been started, or not again. Of a stream nobody knows what else was in it. */
  function tellTheRest(): void {
    for (let work = again.shift(); work !== undefined; work = again.shift()) {
      const { job, tries, last } = work;
      if (last === undefined) tell({ type: 'not_started', ...job, tries, reason: whyStopped() });
      else tell({ ...job, tries, ...last } as Outcome);
    }
    if (!hasToEnd()) return;
    for (let job = arrived.shift() ?? nextOfList(); job !== undefined; job = arrived.shift() ?? nextOfList()) {
      tell({ type: 'not_started', ...job, tries: [], reason: whyStopped() });
    }
  }

  function nextOfList(): Job | undefined {
    return input.size === undefined ? undefined : (input.next() as Job | undefined);
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
      const { total: ended, ok, failed, timedOut, usage, cost } = tally.counts;
      const perSecond = rate.perSecond(time);
      const left = input.size === undefined ? undefined : input.size - ended;
      return {
        total: input.size,
        ended,
        ok,
        failed: failed + timedOut,
        running,
        waiting,
        tokens: usage.totalTokens,
        usd: cost.usd,
        elapsedMs: time - (startedAt ?? time),
        perSecond,
        etaMs:
          left === undefined || (perSecond === 0 && left > 0) ? undefined : left === 0 ? 0 : (left / perSecond) * 1_000,
      };
    },
  };
}

const readAhead = 16;
const longestWaitMs = 3_600_000;

function newWork(job: Job | undefined): Work | undefined {
  return job && { job, tries: [] };
}

function isFailure(result: CallResult): result is CallResult & Failure {
  return result.type === 'failed' || result.type === 'timed_out';
}

/** Of one that tried several targets, it is enough if one of them may. */
function mayGoBetterLater({ error }: Failure): boolean {
  const causes = error.code === 'exhausted' ? error.attempts.flatMap(({ error }) => error?.code ?? []) : [error.code];
  return causes.some((code) => errorAdvice[code].here !== 'no');
}

function seenIn(result: CallResult): Pick<Try, 'target' | 'error'> {
  if (result.type === 'ok') return { target: result.reply.servedBy };
  if (result.type === 'aborted') return {};
  const { error } = result;
  return { target: error.target ?? error.attempts.at(-1)?.target, error: error.toJson() };
}

function definedOf({ now, wallNow, random, delay }: BulkOptions): Partial<Clock> {
  const given = Object.entries({ now, wallNow, random, delay }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function ignore(): void {}
