import type { LimiterSnapshot } from '../limiter/limiter.ts';
import type { Member } from './member.ts';

/** What a fleet knows, as JSON. Times are of the wall clock, so it holds in another process. */
export type FleetSnapshot = {
  version: 1;
  keys: Record<string, SnapshotEntry>;
};

/** What a fleet knows of one key. */
export type SnapshotEntry = { limits: LimiterSnapshot; benchedUntil?: number };

/** With what was remembered of keys that nobody has asked for since: not to be used is no reason to be forgotten. */
export function takeSnapshot(
  members: Iterable<Member>,
  remembered: Iterable<[key: string, SnapshotEntry]>,
  at: number,
  wallAt: number,
): FleetSnapshot {
  const entries = [...members].map(({ key, limiter, benchedUntil }): [string, SnapshotEntry] => [
    key,
    {
      limits: limiter.snapshot(),
      ...(benchedUntil > at && benchedUntil < Number.POSITIVE_INFINITY && { benchedUntil: wallAt + benchedUntil - at }),
    },
  ]);
  return { version: 1, keys: Object.fromEntries([...remembered, ...entries]) };
}

/** A file may hold anything. What is no figure is left out: a fleet that forgot learns again, one that believes nonsense fails. */
export function usableSnapshot(snapshot: FleetSnapshot): [key: string, SnapshotEntry][] {
  if (snapshot?.version !== 1 || typeof snapshot.keys !== 'object' || snapshot.keys === null) return [];
  return Object.entries(snapshot.keys).map(([key, entry]) => [key, usableEntry(entry)]);
}

function usableEntry(entry: Partial<SnapshotEntry> | null): SnapshotEntry {
  const { requestsPerMinute, tokensPerMinute, isWindow } = entry?.limits ?? {};
  const usable: SnapshotEntry = { limits: {} };
  if (isRate(requestsPerMinute)) usable.limits.requestsPerMinute = requestsPerMinute;
  if (isRate(tokensPerMinute)) usable.limits.tokensPerMinute = tokensPerMinute;
  if (isWindow === true) usable.limits.isWindow = true;
  if (isTime(entry?.benchedUntil)) usable.benchedUntil = entry.benchedUntil;
  return usable;
}

function isRate(value: unknown): value is number {
  return isTime(value) && value <= largestRate;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

// A thousand times what AWS grants anybody. Unlearning more would take long.
const largestRate = 1e11;
