import { type ClockOptions, systemClock } from './clock.ts';
import { checkFigures } from './figures.ts';
import { createLine, type InLine, notInLine } from './line.ts';

/** A limit on how many things go on at once, with a line before it. */
export interface Bulkhead {
  /** May be changed at any time. What is going on is not stopped. */
  limit: number;
  readonly running: number;
  readonly waiting: number;
  /** Waits for a place. Whoever gets one gives it back by calling what it got: again does no harm. */
  enter(options?: BulkheadWait): Promise<() => void>;
  /** Runs something in a place. */
  run<T>(work: () => T | PromiseLike<T>, options?: BulkheadWait): Promise<T>;
}

/** How to wait for a place. */
export type BulkheadWait = {
  /** Each step goes before what came up to a minute earlier, so nothing waits for ever. @default 0 */
  priority?: number | undefined;
  /** Ends the wait at once, with its own reason. */
  signal?: AbortSignal | undefined;
};

/** Makes a {@link Bulkhead}: first come, first served, but for priorities. */
export function createBulkhead({
  limit,
  now = systemClock.now,
}: Pick<ClockOptions, 'now'> & { limit: number }): Bulkhead {
  checkFigures({ limit }, 0);
  const line = createLine<Waiting>();
  let running = 0;
  let arrivals = 0;
  let currentLimit = limit;

  function enter({ priority, signal }: BulkheadWait = {}): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (hasPlace()) return Promise.resolve(takePlace());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { ...notInLine(now(), arrivals++, priority), resolve, stopListening: undefined };
      if (signal !== undefined) waiting.stopListening = giveUpOn(signal, waiting, reject);
      line.add(waiting);
    });
  }

  function giveUpOn(signal: AbortSignal, waiting: Waiting, reject: (reason: unknown) => void): () => void {
    function onAbort(): void {
      leave(waiting);
      reject(signal.reason);
    }
    signal.addEventListener('abort', onAbort);
    return () => signal.removeEventListener('abort', onAbort);
  }

  function leave(waiting: Waiting): void {
    waiting.stopListening?.();
    line.remove(waiting);
  }

  function hasPlace(): boolean {
    return running + 1 <= currentLimit;
  }

  function takePlace(): () => void {
    running++;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      running--;
      admitWaiting();
    };
  }

  function admitWaiting(): void {
    for (let next = line.first(); next !== undefined && hasPlace(); next = line.first()) {
      leave(next);
      next.resolve(takePlace());
    }
  }

  return {
    get limit() {
      return currentLimit;
    },
    set limit(limit) {
      checkFigures({ limit }, 0);
      currentLimit = limit;
      admitWaiting();
    },
    get running() {
      return running;
    },
    get waiting() {
      return line.size;
    },
    enter,
    async run(work, options) {
      const leave = await enter(options);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

type Waiting = InLine & { resolve: (leave: () => void) => void; stopListening: (() => void) | undefined };
