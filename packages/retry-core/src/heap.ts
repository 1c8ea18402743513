/** What lies in a heap knows its place there, so that it can be taken out from the middle. */
export type Placed = { place: number };

/** The place of what lies in no heap. */
export const nowhere = -1;

/** A binary heap: the first is at hand, everything else costs O(log n). */
export type Heap<T extends Placed> = {
  readonly size: number;
  first(): T | undefined;
  /** The first few, in no particular order behind the first. */
  some(count: number): readonly T[];
  add(item: T): void;
  remove(item: T): void;
};

export function createHeap<T extends Placed>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];

  function put(item: T, place: number): void {
    items[place] = item;
    item.place = place;
  }

  function rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = items[above] as T;
      if (!isBefore(item, parent)) break;
      put(parent, place);
      place = above;
    }
    put(item, place);
  }

  function sink(item: T, from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= items.length) break;
      const right = left + 1;
      const below = right < items.length && isBefore(items[right] as T, items[left] as T) ? right : left;
      const child = items[below] as T;
      if (!isBefore(child, item)) break;
      put(child, place);
      place = below;
    }
    put(item, place);
  }

  return {
    get size() {
      return items.length;
    },
    first: () => items[0],
    some: (count) => items.slice(0, count),
    add(item) {
      items.push(item);
      rise(item, items.length - 1);
    },
    remove(item) {
      const { place } = item;
      if (place === nowhere) return;
      item.place = nowhere;
      const last = items.pop() as T;
      if (last === item) return;
      rise(last, place);
      sink(last, last.place);
    },
  };
}
