import type { Clock } from '../clock.ts';
import { createHeap, nowhere } from '../heap.ts';
import { createRandom } from './random.ts';

/** A {@link Clock} whose time passes when it is told to, at once. */
export interface VirtualClock extends Clock {
  /** How many delays are waited for: 0 when nothing was left behind. */
  readonly pending: number;
  /** Lets so much time pass, with everything that happens in it. */
  advance(ms: number): Promise<void>;
  /**
   * Lets time pass until the promise is settled, and gives what it gives. A promise that no delay will ever settle
   * is an error and not a test that hangs.
   */
  run<T>(work: PromiseLike<T>): Promise<T>;
  /** Moves the wall clock alone, as a clock that was set does. */
  setWall(wallMs: number): void;
}

/** Where a {@link VirtualClock} begins. */
export type VirtualClockOptions = {
  /** Of its `random`: the same seed gives the same test. @default 1 */
  seed?: number | undefined;
  /** @default the first instant of 2026 */
  wallMs?: number | undefined;
};

/**
 * Makes a clock for tests. Spread it into the options of whatever waits: a day passes in milliseconds.
 *
 * @example
 * ```ts
 * import { retry } from '@outcrop/retry-core';
 * import { createVirtualClock } from '@outcrop/retry-core/testing';
 *
 * const clock = createVirtualClock();
 * const failing = retry(() => Promise.reject(new Error('no')), { ...clock, backoff: () => 3_600_000 });
 * await clock.run(failing.catch(() => {}));
 * clock.now(); // 7_200_000: two waits of an hour
 * ```
 */
export function createVirtualClock({ seed = 1, wallMs = Date.UTC(2026, 0) }: VirtualClockOptions = {}): VirtualClock {
  const timers = createHeap<Timer>((a, b) => a.at < b.at || (a.at === b.at && a.number < b.number));
  let time = 0;
  let wallOffset = wallMs;
  let started = 0;

  function delay(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const timer: Timer = { at: time + Math.max(0, ms || 0), number: started++, place: nowhere, ring };
      timers.add(timer);
      signal?.addEventListener('abort', onAbort);

      function ring(): void {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }

      function onAbort(): void {
        signal?.removeEventListener('abort', onAbort);
        timers.remove(timer);
        reject(signal?.reason);
      }
    });
  }

  function ringFirst(): void {
    const timer = timers.first();
    if (timer === undefined) return;
    timers.remove(timer);
    time = Math.max(time, timer.at);
    timer.ring();
  }

  async function advance(ms: number): Promise<void> {
    const end = time + ms;
    const pause = createPause();
    for (await pause.next(); (timers.first()?.at ?? Number.POSITIVE_INFINITY) <= end; await pause.next()) ringFirst();
    pause.close();
    time = end;
  }

  async function run<T>(work: PromiseLike<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    work.then(settled, settled);
    const pause = createPause();
    for (await pause.next(); !isSettled && Number.isFinite(timers.first()?.at); await pause.next()) ringFirst();
    pause.close();
    if (!isSettled) throw new Error('Nothing is left to wait for, and the work is not done: it would never be.');
    return work;
  }

  return {
    now: () => time,
    wallNow: () => wallOffset + time,
    random: createRandom(seed),
    delay,
    get pending() {
      return timers.size;
    },
    advance,
    run,
    setWall(wallMs) {
      wallOffset = wallMs - time;
    },
  };
}

type Timer = { at: number; number: number; place: number; ring: () => void };

/** Waits until every promise that can go on has gone on. A message is the quickest way there, in any environment. */
function createPause() {
  const { port1, port2 } = new MessageChannel();
  let resume = () => {};
  port2.onmessage = () => resume();
  return {
    next: () =>
      new Promise<void>((resolve) => {
        resume = resolve;
        port1.postMessage(undefined);
      }),
    close: () => port1.close(),
  };
}
