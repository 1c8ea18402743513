import type { BulkItem } from '@outcrop/bedrock';
import { WrongUse } from '../failure.ts';
import { type RequestOptions, requestOf } from './requests.ts';
import type { Row, Source } from './rows.ts';

/**
 * Reads all of it once, before anything is paid for: how many prompts there are, and whether each is one. Throws
 * {@link WrongUse} with the first that is none.
 */
export async function checkInput(
  source: Source,
  options: RequestOptions,
  sayCount: (count: number) => void,
): Promise<number> {
  // All that is kept of a row while millions of them are read.
  const ids = new Set<string>();
  let count = 0;
  // A file of a gigabyte takes minutes.
  const timer = setInterval(() => sayCount(count), sayEveryMs);
  try {
    for await (const row of source.read()) {
      count++;
      if (row.id !== undefined) {
        if (ids.has(row.id)) {
          throw new WrongUse(`${row.place}: '${row.id}' is the id of ${await placeOf(row.id, source)} too.`);
        }
        ids.add(row.id);
      }
      await requestOf(row, options);
    }
  } finally {
    clearInterval(timer);
  }
  return count;
}

const sayEveryMs = 10_000;

async function placeOf(id: string, source: Source): Promise<string | undefined> {
  for await (const row of source.read()) if (row.id === id) return row.place;
  return undefined;
}

/** The requests one by one, until the signal: then it is as if there were no more of them. */
export async function* requestsUntil(
  source: Source,
  options: RequestOptions,
  signal: AbortSignal,
): AsyncGenerator<BulkItem> {
  const rows = source.read()[Symbol.asyncIterator]();
  let end = () => {};
  // Not by a race with one promise for all of them: that promise would remember every row.
  const next = () =>
    new Promise<IteratorResult<Row>>((resolve, reject) => {
      end = () => resolve({ done: true, value: undefined });
      rows.next().then(resolve, reject);
    });
  const onAbort = () => end();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const { done, value } = await next();
      if (done) return;
      yield await requestOf(value, options);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not waited for: a pipe that says nothing may never close.
    rows.return?.().catch(() => {});
    source.close();
  }
}
