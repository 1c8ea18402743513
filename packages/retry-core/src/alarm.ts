import { type Clock, type Delay, longestTimerMs, systemClock } from './clock.ts';

/** One timer for many moments: it is set to the next of them, and moving it later costs nothing. */
export type Alarm = {
  /** Rings at this time, unless it is set anew before. It may ring too early: whoever hears it looks at the clock. */
  set(at: number): void;
  /** Does not ring any more, and holds no timer. */
  off(): void;
};

export function createAlarm(ring: () => void, { now, delay }: Pick<Clock, 'now' | 'delay'>): Alarm {
  let stopTimer: (() => void) | undefined;
  let ringsAt = Number.POSITIVE_INFINITY;

  function off(): void {
    stopTimer?.();
    stopTimer = undefined;
    ringsAt = Number.POSITIVE_INFINITY;
  }

  function onTime(): void {
    off();
    ring();
  }

  return {
    off,
    set(at) {
      // A timer that rings sooner asks for the next one itself, so one that is set again and again is started once.
      if (at >= ringsAt || at === Number.POSITIVE_INFINITY) return;
      off();
      ringsAt = at;
      stopTimer = startTimer(Math.max(0, at - now()), onTime, delay);
    },
  };
}

/** Gives what stops it. */
function startTimer(ms: number, onTime: () => void, delay: Delay): () => void {
  // The system's without a promise and a signal around it: every call has a few of them, and hardly one ever rings.
  if (delay === systemClock.delay) {
    const timer = setTimeout(onTime, Math.min(ms, longestTimerMs));
    return () => clearTimeout(timer);
  }
  const stopped = new AbortController();
  delay(ms, stopped.signal).then(
    () => {
      if (!stopped.signal.aborted) onTime();
    },
    () => {},
  );
  return () => stopped.abort(isOff);
}

// Without a reason of its own, an abort makes an error with a stack, which costs more than all the rest of an alarm.
const isOff = 'off';
