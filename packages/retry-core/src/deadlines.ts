import { createAlarm } from './alarm.ts';
import { type ClockOptions, systemClock } from './clock.ts';
import { DeadlineError, type DeadlinePhase } from './deadline-error.ts';

/** How long each phase of one call may take. What is left out may take for ever. */
export type DeadlineOptions = Pick<ClockOptions, 'now' | 'delay'> & {
  /** From the start until `connected()`. */
  connectMs?: number | undefined;
  /** From the start until the first event: the longest silence before a model begins to speak. */
  firstEventMs?: number | undefined;
  /** The longest silence after that. Only time in which somebody waits for an event counts: a slow reader is no fault of the source. */
  idleMs?: number | undefined;
  /** From the start to the end of this try, where there may be others. */
  attemptMs?: number | undefined;
  /** From the start to the end of everything. */
  totalMs?: number | undefined;
  /** When everything started, in the time of `now`, if this is not the first try. @default now */
  totalSince?: number | undefined;
  /** The caller's. It ends everything with its own reason. */
  signal?: AbortSignal | undefined;
};

/** The deadlines of one call, running. */
export interface Deadlines {
  /** Fires with a {@link DeadlineError}, or with the caller's reason. Hand it to whatever does the work. */
  readonly signal: AbortSignal;
  /** The connection stands. */
  connected(): void;
  /** Something came: a note of the time, and no timer. `watch` says it by itself. */
  event(): void;
  /** The work's own end, or a deadline's, whichever comes first. */
  during<T>(work: PromiseLike<T>): Promise<T>;
  /**
   * The same events. The loop ends with the error of a deadline even if the source hangs and knows no signal.
   *
   * @param patience How many times `idleMs` may pass after this event, and after those behind it for which it says
   * nothing. For sources that are known to be silent for long now and then.
   */
  watch<T>(source: AsyncIterable<T>, patience?: (event: T) => number | undefined): AsyncIterable<T>;
  /** Ends it now with that reason, as the caller's signal would. */
  end(reason: unknown): void;
  /** The call is over: no timer and no listener is left. To be called in any case; again does no harm. */
  stop(): void;
}

/**
 * Starts the deadlines of one call. There is at most one timer at a time, however many events come.
 *
 * @example
 * ```ts
 * import { startDeadlines } from '@outcrop/retry-core';
 *
 * async function read(url: string, caller: AbortSignal): Promise<number> {
 *   const deadlines = startDeadlines({ connectMs: 5_000, idleMs: 30_000, totalMs: 300_000, signal: caller });
 *   try {
 *     const { body } = await deadlines.during(fetch(url, { signal: deadlines.signal }));
 *     deadlines.connected();
 *     let bytes = 0;
 *     if (body) for await (const chunk of deadlines.watch(body)) bytes += chunk.length;
 *     return bytes;
 *   } finally {
 *     deadlines.stop();
 *   }
 * }
 * ```
 */
export function startDeadlines(options: DeadlineOptions = {}): Deadlines {
  checkLimits(options);
  const { connectMs, firstEventMs, idleMs, attemptMs, totalMs, signal } = options;
  const { now = systemClock.now, delay = systemClock.delay } = options;
  const abort = new AbortController();
  const alarm = createAlarm(look, { now, delay });
  const startedAt = now();
  const totalSince = options.totalSince ?? startedAt;
  let isConnected = false;
  let hasEvent = false;
  // From then on somebody waits for an event; NaN while the reader is busy with the last one. In an object, because a
  // number that changes with every event is stored anew each time elsewhere.
  const waiting = { since: startedAt };
  let mostIdleMs = idleMs;
  let isStopped = false;
  // What is to be done when it ends. By hand: a listener of the signal costs more than an event may.
  const endings = new Set<(reason: unknown) => void>();

  if (signal?.aborted) end(signal.reason);
  else {
    signal?.addEventListener('abort', onAbort);
    look();
  }

  function onAbort(): void {
    end(signal?.reason);
  }

  function end(reason: unknown): void {
    if (isStopped) return;
    stop();
    abort.abort(reason);
    for (const tell of endings) tell(abort.signal.reason);
    endings.clear();
  }

  function stop(): void {
    isStopped = true;
    alarm.off();
    signal?.removeEventListener('abort', onAbort);
  }

  function look(): void {
    const time = now();
    let next = Number.POSITIVE_INFINITY;

    /** Of two that fall due together the one that says more comes first. */
    function isDue(phase: DeadlinePhase, limitMs: number, since: number): boolean {
      const at = since + limitMs;
      next = Math.min(next, at);
      if (at > time) return false;
      end(new DeadlineError(phase, limitMs));
      return true;
    }

    if (connectMs !== undefined && !isConnected && isDue('connect', connectMs, startedAt)) return;
    if (firstEventMs !== undefined && !hasEvent && isDue('first_event', firstEventMs, startedAt)) return;
    // While nobody waits, the alarm goes on as if somebody began to now, and so finds out when somebody did.
    const since = Number.isNaN(waiting.since) ? time : waiting.since;
    if (mostIdleMs !== undefined && hasEvent && isDue('idle', mostIdleMs, since)) return;
    if (attemptMs !== undefined && isDue('attempt', attemptMs, startedAt)) return;
    if (totalMs !== undefined && isDue('total', totalMs, totalSince)) return;
    alarm.set(next);
  }

  function connected(): void {
    isConnected = true;
  }

  function event(): void {
    if (idleMs !== undefined) waiting.since = now();
    if (!hasEvent) firstEvent();
  }

  function firstEvent(): void {
    isConnected = true;
    hasEvent = true;
    if (!isStopped && idleMs !== undefined) look();
  }

  function bePatient(times: number | undefined): void {
    if (idleMs === undefined || times === undefined) return;
    const wasLonger = (mostIdleMs ?? 0) > idleMs * times;
    mostIdleMs = idleMs * times;
    // The alarm may be set for much later.
    if (wasLonger && !isStopped) look();
  }

  function during<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (abort.signal.aborted) reject(abort.signal.reason);
      else endings.add(reject);
      work.then(
        (value) => {
          endings.delete(reject);
          resolve(value);
        },
        (error) => {
          endings.delete(reject);
          reject(error);
        },
      );
    });
  }

  function watch<T>(source: AsyncIterable<T>, patience?: (event: T) => number | undefined): AsyncIterable<T> {
    return {
      [Symbol.asyncIterator]() {
        const iterator = source[Symbol.asyncIterator]();
        const readers: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void }[] = [];

        function onEnd(reason: unknown): void {
          waiting.since = Number.NaN;
          for (const { reject } of readers.splice(0)) reject(reason);
          void hangUp(iterator);
        }

        function onResult(result: IteratorResult<T>): void {
          const reader = readers.shift();
          if (reader === undefined) return;
          waiting.since = readers.length > 0 && idleMs !== undefined ? now() : Number.NaN;
          if (!hasEvent) firstEvent();
          if (patience !== undefined && !result.done) bePatient(patience(result.value));
          reader.resolve(result);
        }

        function onError(error: unknown): void {
          // It stays in `endings`: others may be reading ahead, or ask again.
          if (readers.length === 1) waiting.since = Number.NaN;
          readers.shift()?.reject(error);
        }

        endings.add(onEnd);
        return {
          next() {
            if (idleMs !== undefined) waiting.since = now();
            return new Promise((resolve, reject) => {
              readers.push({ resolve, reject });
              if (abort.signal.aborted) onEnd(abort.signal.reason);
              else nextOf(iterator).then(onResult, onError);
            });
          },
          async return() {
            endings.delete(onEnd);
            void hangUp(iterator);
            return { done: true, value: undefined };
          },
        };
      },
    };
  }

  return {
    signal: abort.signal,
    connected,
    event,
    watch,
    during,
    end,
    stop,
  };
}

/** What throws instead of rejecting is a rejection all the same. */
function nextOf<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  try {
    return iterator.next();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Tells a source that nobody reads it any more. One that hangs may never end, so that is not waited for. */
async function hangUp(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Nobody is left to hear of it.
  }
}

/** What is no number would be a limit that never ends anything. */
export function checkLimits(options: DeadlineOptions): void {
  for (const name of ['connectMs', 'firstEventMs', 'idleMs', 'attemptMs', 'totalMs'] as const) {
    if (Number.isNaN(options[name])) throw new RangeError(`${name} is NaN, but has to be a number of milliseconds.`);
  }
}
