/**
 * The work's own end, or the signal's reason as soon as it fires, even if the work hangs. Its listener is gone with
 * either, and what becomes of abandoned work is nobody's unhandled rejection.
 */
export function untilAborted<T>(work: PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return Promise.resolve(work);
  return new Promise((resolve, reject) => {
    const stop = () => signal.removeEventListener('abort', onAbort);
    function onAbort(): void {
      stop();
      reject(signal?.reason);
    }
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', onAbort);
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
}
