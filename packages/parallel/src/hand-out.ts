import type { Outcome } from './outcome.ts';

/** Outcomes on their way to who reads them. */
export type HandOut = {
  add(outcome: Outcome): void;
  /** How many are ready and not yet read. */
  readonly ready: number;
  /** From which index on the reader waits, where the order of the input is kept. */
  readonly nextIndex: number;
  /** The last one has been added, or the run broke. */
  end(failure?: { error: unknown }): void;
  next(): Promise<IteratorResult<Outcome, undefined>>;
};

/** Hands outcomes out in the order in which they come, or in that of the input. */
export function createHandOut(order: 'completion' | 'input', onRead: () => void): HandOut {
  const early = new Map<number, Outcome>();
  const ready = createQueue<Outcome>();
  const readers = createQueue<PromiseWithResolvers<IteratorResult<Outcome, undefined>>>();
  let nextIndex = 0;
  let ended: { failure: { error: unknown } | undefined } | undefined;

  function add(outcome: Outcome): void {
    if (order === 'completion') {
      give(outcome);
      return;
    }
    early.set(outcome.index, outcome);
    for (let next = early.get(nextIndex); next !== undefined; next = early.get(nextIndex)) {
      early.delete(nextIndex++);
      give(next);
    }
  }

  function give(outcome: Outcome): void {
    const reader = readers.shift();
    if (reader === undefined) ready.push(outcome);
    else reader.resolve({ done: false, value: outcome });
  }

  function theEnd(failure: { error: unknown } | undefined): Promise<IteratorResult<Outcome, undefined>> {
    return failure === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(failure.error);
  }

  return {
    add,
    get ready() {
      return ready.size;
    },
    get nextIndex() {
      return nextIndex;
    },
    end(failure) {
      ended = { failure };
      for (const outcome of [...early.values()].sort((a, b) => a.index - b.index)) give(outcome);
      early.clear();
      for (let reader = readers.shift(); reader !== undefined; reader = readers.shift())
        reader.resolve(theEnd(failure));
    },
    next() {
      const outcome = ready.shift();
      if (outcome !== undefined) {
        onRead();
        return Promise.resolve({ done: false, value: outcome });
      }
      if (ended !== undefined) return theEnd(ended.failure);
      const reader = Promise.withResolvers<IteratorResult<Outcome, undefined>>();
      readers.push(reader);
      return reader.promise;
    },
  };
}

/** First in, first out, in constant time however many there are. */
export function createQueue<T>() {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    get size() {
      return items.length - head;
    },
    push(item: T): void {
      items.push(item);
    },
    shift(): T | undefined {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head++] = undefined;
      if (head > 1_000 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
}
