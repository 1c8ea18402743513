/** Waits `ms`, or until the signal fires: then it rejects with the signal's own reason. */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

/**
 * Where time and chance come from. Everything here that waits or rolls dice takes these four as options, so a test
 * hands in another clock (`createVirtualClock` of `@outcrop/retry-core/testing`) and waits for nothing.
 */
export type Clock = {
  /** Milliseconds that only ever grow. Where they start means nothing. */
  now: () => number;
  /** Milliseconds since 1970, for what outlives the process. They may jump. */
  wallNow: () => number;
  /** From 0 up to, but not including, 1. */
  random: () => number;
  delay: Delay;
};

/** A {@link Clock} as options: what is left out is the system's. */
export type ClockOptions = { [Name in keyof Clock]?: Clock[Name] | undefined };

/** The real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  random: () => Math.random(),
  delay,
};

/** Waits with a timer, and leaves neither it nor a listener behind. `Infinity` waits for the signal alone. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let leftMs = ms;
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal?.addEventListener('abort', onAbort);
  startTimer();

  function startTimer(): void {
    if (leftMs === Number.POSITIVE_INFINITY) return;
    const partMs = Math.min(leftMs, longestTimerMs);
    leftMs -= partMs;
    timer = setTimeout(onTime, partMs);
  }

  function onTime(): void {
    if (leftMs > 0) {
      startTimer();
      return;
    }
    signal?.removeEventListener('abort', onAbort);
    resolve();
  }

  function onAbort(): void {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    reject(signal?.reason);
  }

  return promise;
}

/** A longer timer would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;
