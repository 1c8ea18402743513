/** How a limit is counted. AWS says nowhere how its own are, so a client has to get along with all of these. */
export type MeterShape =
  /** Fills steadily, and holds so many seconds' worth when it is full, as it is at first. */
  | { kind: 'token_bucket'; burstSeconds: number }
  /** Whole again at the beginning of each minute. */
  | { kind: 'fixed_window' }
  /** What was taken comes back a minute later. */
  | { kind: 'sliding_window' };

/** Counts one thing. */
export type Meter = {
  /** Takes the amount if there is so much. */
  take(amount: number, at: number): Taken | undefined;
  /** Takes it whether there is so much or not: into debt. A negative amount gives back. */
  force(amount: number, at: number): void;
  /** How much there is. Negative in debt. */
  level(at: number): number;
};

/** Something taken, of which a part may come back. */
type Taken = { giveBack(amount: number, at: number): void };

export function createMeter(shape: MeterShape, perWindow: number, windowMs = 60_000): Meter {
  switch (shape.kind) {
    case 'token_bucket':
      return createBucket(perWindow / windowMs, (perWindow * shape.burstSeconds * 1000) / windowMs);
    case 'fixed_window':
      return createFixedWindow(perWindow, windowMs);
    case 'sliding_window':
      return createSlidingWindow(perWindow, windowMs);
  }
}

function createBucket(perMs: number, size: number): Meter {
  let level = size;
  let filledAt = 0;

  function fill(at: number): void {
    if (at > filledAt) level = Math.min(size, level + perMs * (at - filledAt));
    filledAt = Math.max(filledAt, at);
  }

  function force(amount: number, at: number): void {
    fill(at);
    level = Math.min(size, level - amount);
  }

  return {
    force,
    level(at) {
      fill(at);
      return level;
    },
    take(amount, at) {
      fill(at);
      if (level < amount) return undefined;
      level -= amount;
      return { giveBack: (back, later) => force(-back, later) };
    },
  };
}

function createFixedWindow(perWindow: number, windowMs: number): Meter {
  let used = 0;
  let window = 0;

  function turn(at: number): void {
    const current = Math.floor(at / windowMs);
    if (current > window) used = 0;
    window = Math.max(window, current);
  }

  function force(amount: number, at: number): void {
    turn(at);
    used = Math.max(0, used + amount);
  }

  return {
    force,
    level(at) {
      turn(at);
      return perWindow - used;
    },
    take(amount, at) {
      turn(at);
      if (used + amount > perWindow) return undefined;
      used += amount;
      const takenIn = window;
      return {
        // What was taken from a window that is over is forgotten already.
        giveBack(back, later) {
          turn(later);
          if (window === takenIn || back < 0) used = Math.max(0, used - back);
        },
      };
    },
  };
}

function createSlidingWindow(perWindow: number, windowMs: number): Meter {
  let entries: { at: number; amount: number }[] = [];
  let oldest = 0;
  let used = 0;

  function slide(at: number): void {
    for (let entry = entries[oldest]; entry !== undefined && entry.at <= at - windowMs; entry = entries[oldest]) {
      used -= entry.amount;
      entry.amount = 0;
      oldest++;
    }
    if (oldest > 1_000) {
      entries = entries.slice(oldest);
      oldest = 0;
    }
  }

  function add(amount: number, at: number): { at: number; amount: number } {
    const entry = { at, amount };
    entries.push(entry);
    used += amount;
    return entry;
  }

  function force(amount: number, at: number): void {
    slide(at);
    add(amount, at);
  }

  return {
    force,
    level(at) {
      slide(at);
      return perWindow - used;
    },
    take(amount, at) {
      slide(at);
      if (used + amount > perWindow) return undefined;
      const entry = add(amount, at);
      return {
        giveBack(back, later) {
          slide(later);
          if (back < 0) return force(-back, later);
          const returned = Math.min(back, entry.amount);
          entry.amount -= returned;
          used -= returned;
        },
      };
    },
  };
}
