/** What is on its way, so that closing ends it. */
export type Life = {
  isClosed: boolean;
  /** The calls, by what ends them. */
  readonly running: Set<End>;
  /** That of the manager which this one is a view of. */
  readonly within: Life | undefined;
};

type End = (reason: unknown) => void;

export function createLife(within?: Life): Life {
  return { isClosed: false, running: new Set(), within };
}

/** A call begins; what is given back says that it is over. Where it is closed already, it is over at once. */
export function enter(life: Life, end: End): () => void {
  const lives: Life[] = [];
  for (let each: Life | undefined = life; each !== undefined; each = each.within) lives.push(each);
  if (lives.some(({ isClosed }) => isClosed)) end(closedReason());
  for (const { running } of lives) running.add(end);
  return () => {
    for (const { running } of lives) running.delete(end);
  };
}

/** Ends all that is on its way, and whatever begins later. */
export function endLife(life: Life): void {
  life.isClosed = true;
  for (const end of life.running) end(closedReason());
}

function closedReason(): DOMException {
  return new DOMException('The manager is closed.', 'AbortError');
}
