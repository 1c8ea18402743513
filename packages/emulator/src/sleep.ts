import { setTimeout } from 'node:timers/promises';

/** Waits, and rejects with the signal's own reason if that fires first. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
