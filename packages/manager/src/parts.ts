/** A stretch of a stream: what has been read of it already, and the rest. */
export type Part<T> = { begun: IteratorResult<T, undefined>[]; rest: AsyncIterator<T, undefined> };

/**
 * Reads one part after the other. The generator goes on when a part has come to its end, and is thrown into where one
 * breaks, so that it reads like a loop over the events; but an event passes it by, because the steps of a generator
 * cost more than all else that is done about an event.
 */
export function readParts<T>(parts: AsyncGenerator<Part<T>, void>): AsyncIterable<T> {
  let part: Part<T> | undefined;

  function next(): Promise<IteratorResult<T, undefined>> {
    if (part === undefined) return advance(parts.next());
    const first = part.begun.shift();
    return first === undefined ? part.rest.next().then(onResult, onError) : Promise.resolve(first);
  }

  function onResult(result: IteratorResult<T, undefined>): typeof result | Promise<typeof result> {
    return result.done ? advance(parts.next()) : result;
  }

  function onError(error: unknown): Promise<IteratorResult<T, undefined>> {
    return advance(parts.throw(error));
  }

  async function advance(step: Promise<IteratorResult<Part<T>, void>>): Promise<IteratorResult<T, undefined>> {
    part = undefined;
    const { done, value } = await step;
    if (done) return { done, value: undefined };
    part = value as Part<T>;
    return next();
  }

  return {
    [Symbol.asyncIterator]: () => ({
      next,
      async return() {
        void part?.rest.return?.();
        await parts.return();
        return { done: true, value: undefined };
      },
    }),
  };
}
