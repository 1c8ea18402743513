import type { ConverseErrorCode } from '@outcrop/converse';
import {
  type ClockOptions,
  createFleet,
  createRetryBudget,
  type Fleet,
  type FleetOptions,
  type FleetSnapshot,
  type RetryBudget,
  systemClock,
} from '@outcrop/retry-core';

/**
 * What many calls learn together, and many managers and a bulk run can share: limits, outages, who denies access,
 * which features a model refuses, which way of structured output works.
 */
export interface SharedMemory {
  readonly fleet: Fleet;
  /** Retries that all calls have together, so that an outage does not multiply them. */
  readonly budget: RetryBudget;
  /** Keeps a target out for a while. */
  bench(key: string, code: ConverseErrorCode, forMs: number): void;
  /** Why a target is kept out now, if it is. */
  benched(key: string): ConverseErrorCode | undefined;
  /** Notes that a target refuses a feature. */
  refuse(key: string, feature: string, forMs: number): void;
  /** Whether it was refused there lately. */
  refuses(key: string, feature: string): boolean;
  /** Notes which way of structured output has worked for a target. */
  noteRung(key: string, rung: string): void;
  /** The way that has worked. */
  rung(key: string): string | undefined;
  /** All of it as JSON: what a short-lived process hands to the next one. */
  snapshot(): MemorySnapshot;
  /** Begins from what an earlier one knew. What makes no sense is left out. */
  restore(snapshot: MemorySnapshot): void;
}

/** What a {@link SharedMemory} knows, as JSON. Times are of the wall clock. */
export type MemorySnapshot = { version: 1; fleet: FleetSnapshot; targets: Record<string, TargetNotes> };

/** What is known of one target beside its quota. */
export type TargetNotes = {
  benched?: { until: number; code: ConverseErrorCode } | undefined;
  /** Features that it refused, and until when that counts. */
  refused?: Record<string, number> | undefined;
  rung?: string | undefined;
};

/**
 * Makes a {@link SharedMemory}. The options are those of its fleet.
 *
 * @example
 * ```ts
 * import { createSharedMemory, LLMManager, type ManagerOptions } from '@outcrop/manager';
 *
 * function twoManagers(options: ManagerOptions): [LLMManager, LLMManager] {
 *   const memory = createSharedMemory();
 *   return [new LLMManager({ ...options, memory }), new LLMManager({ ...options, models: ['Nova Pro'], memory })];
 * }
 * ```
 */
export function createSharedMemory(options: FleetOptions & ClockOptions = {}): SharedMemory {
  const { wallNow = systemClock.wallNow } = options;
  const fleet = createFleet(options);
  const notes = new Map<string, TargetNotes>();

  function noteOn(key: string): TargetNotes {
    let note = notes.get(key);
    if (note === undefined) {
      note = {};
      notes.set(key, note);
    }
    return note;
  }

  return {
    fleet,
    budget: createRetryBudget(),
    bench(key, code, forMs) {
      noteOn(key).benched = { until: wallNow() + forMs, code };
    },
    benched(key) {
      const benched = notes.get(key)?.benched;
      return benched !== undefined && benched.until > wallNow() ? benched.code : undefined;
    },
    refuse(key, feature, forMs) {
      const note = noteOn(key);
      note.refused = { ...note.refused, [feature]: wallNow() + forMs };
    },
    refuses(key, feature) {
      const refused = notes.get(key)?.refused;
      return refused !== undefined && Object.hasOwn(refused, feature) && (refused[feature] ?? 0) > wallNow();
    },
    noteRung(key, rung) {
      noteOn(key).rung = rung;
    },
    rung: (key) => notes.get(key)?.rung,
    snapshot: () => ({ version: 1, fleet: fleet.snapshot(), targets: structuredClone(Object.fromEntries(notes)) }),
    restore(snapshot) {
      fleet.restore(snapshot?.fleet);
      if (snapshot?.version !== 1 || typeof snapshot.targets !== 'object' || snapshot.targets === null) return;
      for (const [key, note] of Object.entries(snapshot.targets)) {
        if (!notes.has(key)) notes.set(key, usableNotes(note));
      }
    },
  };
}

/** A file may hold anything. */
function usableNotes(note: Partial<TargetNotes> | null): TargetNotes {
  const { benched, refused, rung } = note ?? {};
  const usable: TargetNotes = {};
  if (typeof benched?.until === 'number' && typeof benched.code === 'string') {
    usable.benched = { until: benched.until, code: benched.code };
  }
  if (typeof refused === 'object' && refused !== null) {
    usable.refused = Object.fromEntries(Object.entries(refused).filter(([, until]) => typeof until === 'number'));
  }
  if (typeof rung === 'string') usable.rung = rung;
  return usable;
}
