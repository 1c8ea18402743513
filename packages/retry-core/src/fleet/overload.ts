/**
 * How many calls at once a target bears that answers too many with "unavailable". Off until a quarter of its answers
 * are: a healthy target has some, and must not be held back for them.
 */
export type Overload = {
  readonly limit: number;
  unavailable(startedAt: number, inFlight: number, at: number): void;
  answered(inFlight: number): void;
  /** The target is back from an outage. */
  returned(): void;
};

export function createOverload(): Overload {
  const answers: boolean[] = [];
  let limit = Number.POSITIVE_INFINITY;
  let begunAt = 0;
  let cutAt = Number.NEGATIVE_INFINITY;

  function note(isUnavailable: boolean): void {
    answers.push(isUnavailable);
    if (answers.length > 20) answers.shift();
  }

  return {
    get limit() {
      return limit;
    },
    unavailable(startedAt, inFlight, at) {
      note(true);
      if (limit === Number.POSITIVE_INFINITY) {
        if (answers.filter(Boolean).length < 5) return;
        begunAt = inFlight;
        limit = Math.max(1, 0.7 * inFlight);
        cutAt = at;
      } else if (startedAt > cutAt) {
        // Calls from before the last cut say nothing about it.
        limit = Math.max(1, 0.9 * limit);
        cutAt = at;
      }
    },
    answered(inFlight) {
      note(false);
      if (inFlight < 0.8 * limit) return;
      limit *= 1.004;
      if (limit > Math.max(32, 4 * begunAt)) limit = Number.POSITIVE_INFINITY;
    },
    returned() {
      // It had answered nobody: that was no crowd of ours, and its end is not found by adding one call after the other.
      limit = Number.POSITIVE_INFINITY;
    },
  };
}
