import type { IncomingMessage } from 'node:http';

// So many pieces may wait for their reader before the connection is told to wait too.
const mostWaiting = 16;

/** The bytes of an answer. Node's own iterator does the same for five times the time. */
export function messageBody(message: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => iterate(message) };
}

function iterate(message: IncomingMessage): AsyncIterator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let reader: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;
  let end: { error?: unknown } | undefined;
  let started = false;

  function start(): void {
    started = true;
    if (message.destroyed) {
      onClose();
      return;
    }
    message.on('data', onData);
    message.on('end', onEnd);
    message.on('error', onError);
    message.on('close', onClose);
  }

  function onData(piece: Uint8Array): void {
    if (reader === undefined) {
      waiting.push(piece);
      if (waiting.length >= mostWaiting) message.pause();
    } else {
      reader.resolve({ done: false, value: piece });
      reader = undefined;
    }
  }

  function onEnd(): void {
    end ??= {};
    reader?.resolve(theEnd);
    reader = undefined;
  }

  function onError(error: unknown): void {
    end ??= { error };
    reader?.reject(end.error);
    reader = undefined;
  }

  function onClose(): void {
    if (end !== undefined) return;
    onError(Object.assign(new Error('The connection was closed before the answer was over.'), { code: 'ECONNRESET' }));
  }

  return {
    next() {
      if (!started) start();
      const piece = waiting.shift();
      if (piece !== undefined) {
        if (waiting.length === 0 && message.isPaused()) message.resume();
        return Promise.resolve({ done: false, value: piece });
      }
      if (end !== undefined) return 'error' in end ? Promise.reject(end.error) : Promise.resolve(theEnd);
      reader = Promise.withResolvers();
      return reader.promise;
    },
    return() {
      message.destroy();
      return Promise.resolve(theEnd);
    },
  };
}

const theEnd: IteratorReturnResult<undefined> = { done: true, value: undefined };
