/** A key, as an {@link Order} sees it. */
export type Candidate = {
  readonly key: string;
  /** Until a call could start: 0 at once, `Infinity` as long as nothing else happens. */
  readonly waitMs: number;
  /** Kept out, by a bench or an open breaker. */
  readonly isOut: boolean;
  readonly inFlight: number;
};

/**
 * Says which key a call shall have. It waits for that one if need be: whatever is picked is asked again when time has
 * passed or something has happened. `turn` counts the leases that were given.
 */
export type Order = (candidates: readonly Candidate[], turn: number, random: () => number) => Candidate | undefined;

/** The key that can start the work soonest; of several, the one that was named first. */
const soonest: Order = (candidates) => least(candidates, ({ waitMs }) => waitMs);

/** The key that was named first, unless it is out: the next ones are for when it fails, not for when it is busy. */
const inTurn: Order = (candidates) => candidates.find(({ isOut }) => !isOut) ?? soonest(candidates, 0, Math.random);

/** Each key once, then from the beginning, leaving out what is out. */
const roundRobin: Order = (candidates, turn) => {
  const usable = candidates.filter(({ isOut }) => !isOut);
  return usable[turn % usable.length] ?? soonest(candidates, 0, Math.random);
};

/** Of those that can start at once, the one with the fewest calls. */
const leastLoaded: Order = (candidates) => least(startingFirst(candidates), ({ inFlight }) => inFlight);

/** Any of those that can start at once. */
const anyOf: Order = (candidates, _, random) => {
  const first = startingFirst(candidates);
  return first[Math.floor(random() * first.length)];
};

/** The orders there are. `soonest` wastes nothing, and is what a fleet uses unless it is told otherwise. */
export const orders = {
  soonest,
  in_turn: inTurn,
  round_robin: roundRobin,
  least_loaded: leastLoaded,
  random: anyOf,
} as const satisfies Record<string, Order>;

/** Those that wait least: as a rule those that do not wait. */
function startingFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const shortest = Math.min(...candidates.map(({ waitMs }) => waitMs));
  return candidates.filter(({ waitMs }) => waitMs === shortest);
}

function least(candidates: readonly Candidate[], by: (candidate: Candidate) => number): Candidate | undefined {
  let best: Candidate | undefined;
  for (const candidate of candidates) if (best === undefined || by(candidate) < by(best)) best = candidate;
  return best;
}
