import { setTimeout } from 'node:timers/promises';

// A longer timer fires at once.
const longestTimerMs = 2 ** 31 - 1;

/** Waits, and rejects with the signal's own reason if that fires first. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    for (let leftMs = ms; ; leftMs -= longestTimerMs) {
      await setTimeout(Math.min(leftMs, longestTimerMs), undefined, { signal });
      if (leftMs <= longestTimerMs) return;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
