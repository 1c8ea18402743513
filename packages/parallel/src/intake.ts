import { createQueue } from './hand-out.ts';
import type { Input } from './input.ts';
import type { Job } from './item.ts';

/** What the run asks of who reads its input. */
export type IntakeOptions = {
  /** How many may have been read by now. */
  mayHaveRead: () => number;
  /** One that was waited for is there, or there is none any more. */
  onArrival: () => void;
  onError: (error: unknown) => void;
};

/** Reads the input, one job at a time and no sooner than it is asked to. */
export function createIntake(input: Input, { mayHaveRead, onArrival, onError }: IntakeOptions) {
  const arrived = createQueue<Job>();
  let read = 0;
  let isPulling = false;
  let isRead = false;

  /** Reads one more, at once or later. Says whether there may be one to take now. */
  function pull(): boolean {
    if (isRead || isPulling || read >= mayHaveRead()) return false;
    try {
      const next = input.next();
      if (!(next instanceof Promise)) {
        add(next);
        return true;
      }
      isPulling = true;
      next.then(add, onError).finally(() => {
        isPulling = false;
        onArrival();
      });
    } catch (error) {
      onError(error);
    }
    return false;
  }

  function add(job: Job | undefined): void {
    if (job === undefined) isRead = true;
    else {
      read++;
      arrived.push(job);
    }
  }

  return {
    pull,
    take: arrived.shift,
    /** One of those that were not taken. Of a stream nobody knows what else was in it. */
    takeRest: () => arrived.shift() ?? (input.size === undefined ? undefined : (input.next() as Job | undefined)),
    /** There is nothing more to take, and nothing will come. */
    get isOver() {
      return isRead && arrived.size === 0;
    },
    close: input.close,
  };
}
