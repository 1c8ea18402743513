import type { Clock } from './clock.ts';

/** One timer for many moments: it is set to the next of them, and moving it later costs nothing. */
export type Alarm = {
  /** Rings at this time, unless it is set anew before. It may ring too early: whoever hears it looks at the clock. */
  set(at: number): void;
  /** Does not ring any more, and holds no timer. */
  off(): void;
};

export function createAlarm(ring: () => void, { now, delay }: Pick<Clock, 'now' | 'delay'>): Alarm {
  let timer: AbortController | undefined;
  let ringsAt = Number.POSITIVE_INFINITY;

  function off(): void {
    timer?.abort(isOff);
    timer = undefined;
    ringsAt = Number.POSITIVE_INFINITY;
  }

  return {
    off,
    set(at) {
      // A timer that rings sooner asks for the next one itself, so one that is set again and again is started once.
      if (at >= ringsAt || at === Number.POSITIVE_INFINITY) return;
      off();
      const mine = new AbortController();
      timer = mine;
      ringsAt = at;
      delay(Math.max(0, at - now()), mine.signal).then(
        () => {
          if (timer !== mine) return;
          timer = undefined;
          ringsAt = Number.POSITIVE_INFINITY;
          ring();
        },
        () => {},
      );
    },
  };
}

// Without a reason of its own, an abort makes an error with a stack, which costs more than all the rest of an alarm.
const isOff = 'off';
