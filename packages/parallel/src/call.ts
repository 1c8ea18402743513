import {
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseResponse,
  isConfigurationError,
  isConverseError,
} from '@outcrop/converse';
import type { Clock } from '@outcrop/retry-core';
import type { Job } from './item.ts';

/** What one call came to. */
export type CallResult =
  | { type: 'ok'; reply: ConverseResponse }
  | { type: 'failed'; error: ConverseError }
  | { type: 'timed_out'; error: ConverseError }
  | { type: 'aborted' };

/** What a call is made with. */
export type CallContext = Pick<Clock, 'delay'> &
  Pick<CallOptions, 'validate' | 'onEvent'> & {
    timeoutMs: number | undefined;
    /** Fires when the run gives up its calls. */
    signal: AbortSignal;
  };

/**
 * Makes one call and ends when it does, when its time is over or when the run gives it up: at once, even if the
 * `Converse` knows no signals. Rejects only with what is wrong with the set-up, and so with every other call too.
 */
export async function callOnce(converse: Converse, { item }: Job, context: CallContext): Promise<CallResult> {
  const { signal, onEvent, delay } = context;
  if (signal.aborted) return { type: 'aborted' };
  const timeoutMs = item.timeoutMs ?? context.timeoutMs;
  const over = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<CallResult>();
  let timer: AbortController | undefined;
  let hasLeft = false;

  function startTimer(limitMs: number): void {
    timer?.abort();
    timer = new AbortController();
    delay(limitMs, timer.signal).then(() => onTime(limitMs), ignore);
  }

  function onTime(limitMs: number): void {
    const message = `The request was not answered within its ${limitMs} ms: give it more with timeoutMs.`;
    const error = new ConverseError('timeout', message, { phase: 'total', deadlineMs: limitMs });
    end({ type: 'timed_out', error });
    over.abort(error);
  }

  function onAbort(): void {
    end({ type: 'aborted' });
    over.abort(signal.reason);
  }

  const options: CallOptions = {
    signal: over.signal,
    priority: item.priority,
    validate: item.validate ?? context.validate,
    onEvent(event) {
      // What it waits in line before its target is not the time of the request.
      if (event.type === 'attempt' && timeoutMs !== undefined && !hasLeft) startTimer(timeoutMs);
      if (event.type === 'attempt') hasLeft = true;
      onEvent?.(event);
    },
  };

  signal.addEventListener('abort', onAbort);
  if (timeoutMs !== undefined) startTimer(timeoutMs);
  try {
    const call = converse.converse(item.request, options).then((reply): CallResult => ({ type: 'ok', reply }));
    return await Promise.race([call, ended]);
  } catch (error) {
    if (isConfigurationError(error)) throw error;
    return { type: 'failed', error: isConverseError(error) ? error : unexpected(error) };
  } finally {
    timer?.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

function unexpected(cause: unknown): ConverseError {
  const what = cause instanceof Error ? cause.name : typeof cause;
  return new ConverseError(
    'internal',
    `The call failed with something that is no ConverseError (${what}): see its cause.`,
    {
      cause,
    },
  );
}

function ignore(): void {}
