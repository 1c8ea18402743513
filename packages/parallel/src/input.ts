import { ConfigurationError, type Problem } from '@outcrop/converse';
import { type BulkRequest, type Job, jobOf, placeOf } from './item.ts';

/** Many requests: a list, or something that gives them one by one and of which nobody knows the length. */
export type BulkInput = Iterable<BulkRequest> | AsyncIterable<BulkRequest>;

/** The jobs of an input, one at a time. */
export type Input = {
  /** How many there are, if that is known. */
  size: number | undefined;
  /** The next job; `undefined` behind the last one. */
  next(): Job | undefined | Promise<Job | undefined>;
  /** Lets go of the source. */
  close(): void;
};

/** A list is checked as a whole and put in order of priority; a stream is checked as it comes. */
export function openInput(requests: BulkInput): Input {
  if (Array.isArray(requests)) return openList(requests);
  if (typeof requests === 'object' && requests !== null) {
    if (Symbol.asyncIterator in requests || Symbol.iterator in requests) return openStream(requests);
    if ('then' in requests) throw new TypeError('The requests are a Promise: was an await forgotten?');
  }
  throw new TypeError('The requests have to be an array, an iterable or an async iterable.');
}

function openList(requests: readonly BulkRequest[]): Input {
  const jobs = requests.map(jobOf);
  const duplicates = [...duplicatesOf(jobs)];
  if (duplicates.length > 0) throw new ConfigurationError(duplicates);
  if (jobs.some(({ item }) => item.priority)) {
    jobs.sort((a, b) => (b.item.priority ?? 0) - (a.item.priority ?? 0));
  }
  let next = 0;
  return { size: jobs.length, next: () => jobs[next++], close() {} };
}

function* duplicatesOf(jobs: readonly Job[]): Iterable<Problem> {
  const places = new Map<string, number>();
  for (const { id, index } of jobs) {
    const first = places.get(id);
    if (first === undefined) places.set(id, index);
    else yield duplicate(id, index, first);
  }
}

function openStream(requests: Exclude<BulkInput, readonly BulkRequest[]>): Input {
  const iterator = Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]();
  const seen = new Set<string>();
  const unnamed = createPlaces();
  let index = 0;
  let isOver = false;

  function read({ done, value }: IteratorResult<BulkRequest>): Job | undefined {
    if (done) {
      isOver = true;
      return undefined;
    }
    const job = jobOf(value, index++);
    if (seen.has(job.id) || unnamed.has(placeOf(job.id))) throw new ConfigurationError([duplicate(job.id, job.index)]);
    // Those that are made of their places need no room: there may be a hundred thousand of them.
    if (job.item.id === undefined) unnamed.add(job.index);
    else seen.add(job.id);
    return job;
  }

  return {
    size: undefined,
    next() {
      const result = iterator.next();
      return 'then' in result ? Promise.resolve(result).then(read) : read(result);
    },
    close() {
      if (isOver) return;
      isOver = true;
      // A source that hangs may never close: nobody waits for it. One that is asked from within itself throws.
      new Promise((resolve) => resolve(iterator.return?.())).catch(() => {});
    },
  };
}

/** Places that come in ascending order, as the stretches that they make. */
function createPlaces() {
  const stretches: { first: number; next: number }[] = [];
  return {
    add(place: number): void {
      const last = stretches.at(-1);
      if (last?.next === place) last.next++;
      else stretches.push({ first: place, next: place + 1 });
    },
    has: (place: number | undefined) =>
      place !== undefined && stretches.some(({ first, next }) => first <= place && place < next),
  };
}

function duplicate(id: string, index: number, first?: number): Problem {
  const other = first === undefined ? 'of an earlier request' : `of request ${first + 1}`;
  return { path: `requests[${index}].id`, message: `'${id}' is the id ${other} too: give every request its own.` };
}
