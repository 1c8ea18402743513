import type { ConverseRequest, ConverseResponse, Verdict } from '@outcrop/converse';

/** One of many requests, with what concerns it alone. */
export type BulkItem = {
  request: ConverseRequest;
  /** Its name in results, in the journal and in a later run. @default its place in the input: `request_1` */
  id?: string | undefined;
  /** The higher, the sooner: in an array before all lower ones, in a stream where calls wait in line. @default 0 */
  priority?: number | undefined;
  /** Its own time limit. @default that of the run */
  timeoutMs?: number | undefined;
  /** Looks at its reply. @default that of the run */
  validate?: ((reply: ConverseResponse) => Verdict | Promise<Verdict>) | undefined;
};

/** A request as it is, or with an id and more. */
export type BulkRequest = ConverseRequest | BulkItem;

/** An item on its way: it has an id and a place. */
export type Job = { id: string; index: number; item: BulkItem };

/** Gives an item its place. Throws a `TypeError` that says which one is none. */
export function jobOf(given: BulkRequest, index: number): Job {
  const item = itemOf(given, index);
  return { id: item.id ?? idOf(index), index, item };
}

/** The place from which this id would have been made; `undefined` if from none. */
export function placeOf(id: string): number | undefined {
  const place = Number(id.slice(idOf(0).length - 1)) - 1;
  return id === idOf(place) ? place : undefined;
}

function idOf(index: number): string {
  return `request_${index + 1}`;
}

function itemOf(given: BulkRequest, index: number): BulkItem {
  if (typeof given !== 'object' || given === null)
    throw wrong(index, `it is ${given === null ? 'null' : typeof given}`);
  if ('then' in given) throw wrong(index, 'it is a Promise: was an await forgotten?');
  const item: BulkItem = 'request' in given ? given : { request: given };
  const { request, id, timeoutMs, priority, validate } = item;
  if (typeof request !== 'object' || request === null || !Array.isArray(request.messages)) {
    throw wrong(index, 'it has no messages: give a request, or { id, request }');
  }
  if (id !== undefined && (typeof id !== 'string' || id === ''))
    throw wrong(index, 'its id is no text, or an empty one');
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw wrong(index, `its timeoutMs is ${timeoutMs}`);
  if (priority !== undefined && !(priority === Number(priority))) throw wrong(index, 'its priority is no number');
  if (validate !== undefined && typeof validate !== 'function') throw wrong(index, 'its validate is no function');
  return item;
}

function wrong(index: number, what: string): TypeError {
  return new TypeError(`Request ${index + 1} cannot be sent: ${what}.`);
}
