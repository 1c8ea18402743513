/** What Ctrl-C asks for: the first one to come to an end, the second one to stop at once. */
export type Interrupt = Disposable & {
  /** Fires at the first. */
  readonly ending: AbortSignal;
  /** Fires at the second. */
  readonly stopping: AbortSignal;
};

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Takes Ctrl-C, and a polite kill, into its own hands until it is disposed of. The third one is the system's. */
export function takeInterrupts(): Interrupt {
  const ending = new AbortController();
  const stopping = new AbortController();

  function onSignal(): void {
    if (!ending.signal.aborted) {
      ending.abort();
      return;
    }
    letGo();
    stopping.abort();
  }

  function letGo(): void {
    for (const signal of signals) process.off(signal, onSignal);
  }

  for (const signal of signals) process.on(signal, onSignal);
  return { ending: ending.signal, stopping: stopping.signal, [Symbol.dispose]: letGo };
}
