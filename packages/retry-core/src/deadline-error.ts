/** What took too long. */
export type DeadlinePhase = 'connect' | 'first_event' | 'idle' | 'attempt' | 'total';

// In the global symbol registry, so that a second installed copy of this package shares it.
const brand = Symbol.for('@outcrop/retry-core/DeadlineError');

/** A deadline of ours has passed. What the work itself does is not known: it may have been done, and billed. */
export class DeadlineError extends Error {
  readonly phase: DeadlinePhase;
  readonly limitMs: number;

  constructor(phase: DeadlinePhase, limitMs: number, options: { cause?: unknown } = {}) {
    super(`${says[phase]} within ${limitMs} ms.`, options);
    this.phase = phase;
    this.limitMs = limitMs;
  }

  /** The same after a minifier. */
  override get name(): 'DeadlineError' {
    return 'DeadlineError';
  }

  /** What the guard looks for. */
  get [brand](): true {
    return true;
  }
}

/** Prefer this to `instanceof`, which fails when two copies of this package are installed. */
export function isDeadlineError(value: unknown): value is DeadlineError {
  return typeof value === 'object' && value !== null && brand in value;
}

const says: Record<DeadlinePhase, string> = {
  connect: 'There was no connection',
  first_event: 'There was no first event',
  idle: 'No further event came',
  attempt: 'The attempt was not over',
  total: 'The call was not over',
};
