import type { ConverseStreamEvent } from '../events.ts';

/**
 * One step of a scripted stream: an event is handed out, an error is thrown, and a function is called and waited for,
 * so that a test can hold the stream, let it go on, or see how far it has come.
 */
export type ScriptStep = ConverseStreamEvent | Error | ((at: StepContext) => unknown);

/** What a step that is a function is given. */
export type StepContext = {
  /** Fires when nobody wants the rest: the caller has aborted, or has left the stream. */
  signal: AbortSignal;
  delay: Delay;
};

/** Waits so long, or until the signal fires: then it rejects with the signal's reason. */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

/** A step that takes its time. */
export function wait(ms: number): ScriptStep {
  return ({ signal, delay }) => delay(ms, signal);
}

/** A step that never ends, as with a service that has gone silent. */
export const hang: ScriptStep = ({ signal }) => sleep(Number.POSITIVE_INFINITY, signal);

export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.reject(signal.reason);
  const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(onTime, ms);
  signal?.addEventListener('abort', onAbort);

  function onTime(): void {
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
