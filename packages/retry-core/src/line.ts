import { createHeap, type Heap, nowhere, type Placed } from './heap.ts';

/** Somebody in a line. */
export type InLine = Placed & {
  /** What is served first: the smallest. See {@link rankOf}. */
  rank: number;
  /** When they came: of two with one rank, the earlier goes first. */
  arrival: number;
};

/**
 * One step of priority is worth having come a minute earlier. So the important goes first, and whatever waits long
 * enough is served all the same: a line in which priority always won would let the rest starve.
 */
const priorityStepMs = 60_000;

function rankOf(arrivedAt: number, priority = 0): number {
  if (Number.isNaN(priority)) throw new RangeError('priority is NaN, but has to be a number.');
  return arrivedAt - priority * priorityStepMs;
}

/** First come, first served, but for priorities. */
export function createLine<T extends InLine>(): Heap<T> {
  return createHeap<T>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.arrival < b.arrival));
}

/** The place of somebody who comes now. */
export function notInLine(arrivedAt: number, arrival: number, priority?: number): InLine {
  return { place: nowhere, rank: rankOf(arrivedAt, priority), arrival };
}
