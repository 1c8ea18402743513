import type { ConverseStream } from './converse.ts';
import { ConverseError, withPartial } from './errors.ts';
import type { ConverseStreamEvent } from './events.ts';
import { createFold } from './fold.ts';
import type { ConverseResponse } from './reply.ts';

/** What a stream is made with. */
export type StreamOptions = {
  /** The caller's: it ends the stream at once, even while the source hangs. */
  signal?: AbortSignal | undefined;
  /** Completes the folded reply, or rejects it, before the reader sees the end of the stream. */
  finish?: ((reply: ConverseResponse) => ConverseResponse | Promise<ConverseResponse>) | undefined;
};

/**
 * Makes a {@link ConverseStream} of a source of events, with all that one promises: nothing happens before the first
 * use, it is read once, leaving early or an abort ends the source, a source that ends without `messageStop` is an
 * error, and no rejection goes unhandled.
 *
 * @param open starts the call. Its signal fires on the caller's abort and when the reader leaves early; the source
 * should then let go of what it holds.
 */
export function createConverseStream(
  open: (signal: AbortSignal) => AsyncIterable<ConverseStreamEvent>,
  { signal, finish = (reply) => reply }: StreamOptions = {},
): ConverseStream {
  const fold = createFold();
  const response = Promise.withResolvers<ConverseResponse>();
  // Whoever reads the stream gets its error there; the promise beside it must not become an unhandled one.
  response.promise.catch(() => {});
  let taken = false;

  function take(): AsyncIterator<ConverseStreamEvent, undefined> {
    if (taken) {
      throw new TypeError(
        'This stream is read already, and it can be read once: iterate the stream or its text, and await its response.',
      );
    }
    taken = true;
    return run();
  }

  function run(): AsyncIterator<ConverseStreamEvent, undefined> {
    const leaving = new AbortController();
    let source: AsyncIterator<ConverseStreamEvent> | undefined;
    let pending: PromiseWithResolvers<IteratorResult<ConverseStreamEvent, undefined>> | undefined;
    let over = false;
    // An error that came while nobody was waiting for an event.
    let untold: { error: unknown } | undefined;

    function end(): void {
      over = true;
      signal?.removeEventListener('abort', onAbort);
    }

    function fail(error: unknown): void {
      if (over) return;
      end();
      leaving.abort(error);
      // It may hang or fail; the signal has told it all it needs.
      Promise.resolve(source?.return?.()).catch(() => {});
      response.reject(error);
      if (pending === undefined) untold = { error };
      else pending.reject(error);
      pending = undefined;
    }

    function onAbort(): void {
      fail(signal?.reason);
    }

    function onSourceError(error: unknown): void {
      fail(withPartial(error, fold.partial));
    }

    function tell(result: IteratorResult<ConverseStreamEvent, undefined>): void {
      const reader = pending;
      pending = undefined;
      reader?.resolve(result);
    }

    function onSource(result: IteratorResult<ConverseStreamEvent>): void {
      if (over) return;
      if (!result.done) {
        fold.add(result.value);
        tell(result);
      } else if (fold.response === undefined) {
        onSourceError(
          new ConverseError('stream_truncated', 'The stream ended before its message did: half an answer came.'),
        );
      } else {
        Promise.resolve(fold.response).then(finish).then(onFinished, onSourceError);
      }
    }

    function onFinished(reply: ConverseResponse): void {
      if (over) return;
      end();
      response.resolve(reply);
      tell({ done: true, value: undefined });
    }

    function next(): Promise<IteratorResult<ConverseStreamEvent, undefined>> {
      if (untold !== undefined) {
        const { error } = untold;
        untold = undefined;
        return Promise.reject(error);
      }
      if (over) return Promise.resolve({ done: true, value: undefined });
      // A reader may ask for several at once; they are served in turn.
      if (pending !== undefined) return pending.promise.then(next, next);
      pending = Promise.withResolvers<IteratorResult<ConverseStreamEvent, undefined>>();
      const { promise } = pending;
      try {
        source ??= start();
        source.next().then(onSource, onSourceError);
      } catch (error) {
        onSourceError(error);
      }
      return promise;
    }

    function start(): AsyncIterator<ConverseStreamEvent> {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', onAbort);
      return open(leaving.signal)[Symbol.asyncIterator]();
    }

    return {
      next,
      async return() {
        fail(new DOMException('The stream was left before its end.', 'AbortError'));
        untold = undefined;
        return { done: true, value: undefined };
      },
    };
  }

  return {
    [Symbol.asyncIterator]: take,
    text: {
      [Symbol.asyncIterator]() {
        const events = take();
        return {
          async next(): Promise<IteratorResult<string, undefined>> {
            for (;;) {
              const { done, value } = await events.next();
              if (done) return { done, value };
              const text = value.contentBlockDelta?.delta?.text;
              if (text) return { done: false, value: text };
            }
          },
          async return(): Promise<IteratorResult<string, undefined>> {
            await events.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    },
    get response() {
      // Later than any reader that the same stretch of code starts, so that whoever wants the events too gets them.
      queueMicrotask(() => {
        if (!taken) drain(take());
      });
      return response.promise;
    },
  };
}

function drain(events: AsyncIterator<unknown>): void {
  events.next().then(
    ({ done }) => done || drain(events),
    () => {},
  );
}
