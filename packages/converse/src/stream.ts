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

  function take<T>(view: View<T>): AsyncIterator<T, undefined> {
    if (taken) {
      throw new TypeError(
        'This stream is read already, and it can be read once: iterate the stream or its text, and await its response.',
      );
    }
    taken = true;
    return run(view);
  }

  function run<T>(view: View<T>): AsyncIterator<T, undefined> {
    const leaving = new AbortController();
    // A reader may ask for several events at once. The source is asked for the first of them only.
    const waiting: Reader<T>[] = [];
    let source: AsyncIterator<ConverseStreamEvent> | undefined;
    let over = false;
    // An error that came while nobody was waiting for an event.
    let untold: { error: unknown } | undefined;

    function next(): Promise<IteratorResult<T, undefined>> {
      if (untold !== undefined) {
        const { error } = untold;
        untold = undefined;
        return Promise.reject(error);
      }
      if (over) return Promise.resolve(theEnd);
      // Not withResolvers, which takes more than the rest of an event does.
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        if (waiting.length === 1) pull();
      });
    }

    function pull(): void {
      try {
        source ??= start();
        // Starting it may have been what made the caller give up.
        if (over) release();
        else source.next().then(onSource, onError);
      } catch (error) {
        onError(error);
      }
    }

    function start(): AsyncIterator<ConverseStreamEvent> {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', onAbort);
      return open(leaving.signal)[Symbol.asyncIterator]();
    }

    function onSource(result: IteratorResult<ConverseStreamEvent>): void {
      if (over) return;
      try {
        if (result.done) onSourceEnd();
        else onEvent(result);
      } catch (error) {
        onError(error);
      }
    }

    function onEvent(event: IteratorYieldResult<ConverseStreamEvent>): void {
      fold.add(event.value);
      const seen = view(event);
      if (seen !== undefined) waiting.shift()?.resolve(seen);
      if (waiting.length > 0) pull();
    }

    function onSourceEnd(): void {
      const reply = fold.response;
      if (reply === undefined) {
        throw new ConverseError('stream_truncated', 'The stream ended before its message did: half an answer came.');
      }
      Promise.resolve(reply).then(finish).then(onFinished, onError);
    }

    function onFinished(reply: ConverseResponse): void {
      if (over) return;
      end();
      response.resolve(reply);
      for (const reader of waiting.splice(0)) reader.resolve(theEnd);
    }

    function onError(error: unknown): void {
      if (!over) fail(withPartial(error, fold.partial));
    }

    function onAbort(): void {
      fail(signal?.reason);
      release();
    }

    function fail(error: unknown): void {
      if (waiting.length === 0) untold = { error };
      end();
      leaving.abort(error);
      response.reject(error);
      waiting.shift()?.reject(error);
      for (const reader of waiting.splice(0)) reader.resolve(theEnd);
    }

    function end(): void {
      over = true;
      signal?.removeEventListener('abort', onAbort);
    }

    // The source may hang or fail; its signal has told it all it needs.
    async function release(): Promise<void> {
      try {
        await source?.return?.();
      } catch {}
    }

    return {
      next,
      async return() {
        if (!over) {
          for (const reader of waiting.splice(0)) reader.resolve(theEnd);
          fail(new DOMException('The stream was left before its end.', 'AbortError'));
          release();
        }
        untold = undefined;
        return theEnd;
      },
    };
  }

  return {
    [Symbol.asyncIterator]: () => take((event) => event),
    text: { [Symbol.asyncIterator]: () => take(textOfEvent) },
    get response() {
      // Later than any reader that the same stretch of code starts, so that whoever wants the events too gets them.
      queueMicrotask(() => {
        if (!taken)
          take(nothing)
            .next()
            .catch(() => {});
      });
      return response.promise;
    },
  };
}

/** Somebody who waits for an event. */
type Reader<T> = { resolve: (result: IteratorResult<T, undefined>) => void; reject: (error: unknown) => void };

/** What a reader sees of an event; `undefined` if it is not for it. */
type View<T> = (event: IteratorYieldResult<ConverseStreamEvent>) => IteratorYieldResult<T> | undefined;

const theEnd: IteratorReturnResult<undefined> = { done: true, value: undefined };

function textOfEvent({ value }: IteratorYieldResult<ConverseStreamEvent>): IteratorYieldResult<string> | undefined {
  const text = value.contentBlockDelta?.delta?.text;
  return text ? { done: false, value: text } : undefined;
}

function nothing(): undefined {}
