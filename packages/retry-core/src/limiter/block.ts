/**
 * A series of throttles with nothing admitted in between. Only the first of them says something about the rate; the
 * others say that it is not over yet, so they lead to longer pauses between single probes, and to nothing else.
 */
export type Block = {
  throttles: number;
  startedAt: number;
  /** The first probe that was refused: before that, only our own credit was waited for. */
  probedAt: number;
  lastAt: number;
  /** No call before this. */
  holdUntil: number;
  /** What was admitted per second in the minute before it began. */
  requestsBefore: number;
  tokensBefore: number;
  /** What had been consumed when it began: what calls settle in debt meanwhile prolongs it. */
  netBefore: number;
};

export function startBlock(at: number, before: Pick<Block, 'requestsBefore' | 'tokensBefore' | 'netBefore'>): Block {
  return { throttles: 1, startedAt: at, probedAt: Number.NaN, lastAt: at, holdUntil: at, ...before };
}

export function prolong(block: Block, at: number, random: () => number): void {
  block.throttles++;
  block.lastAt = at;
  if (Number.isNaN(block.probedAt)) block.probedAt = at;
  const blockedMs = at - block.startedAt;
  const longestMs = Math.max(2_000, Math.min(0.4 * blockedMs, Math.max(15_000, 2 * usualGapMs(block))));
  const pauseMs = Math.min(longestMs, 500 * 1.8 ** (block.throttles - 2));
  block.holdUntil = at + pauseMs * (0.75 + random() / 2);
}

/** So long a block is not a bucket that fills, unless it had a debt to fill as well: it is a window that ends. */
export function wasWindow(block: Block, net: number): boolean {
  if (block.requestsBefore === 0) return false;
  const debtMs = (1_000 * (net - block.netBefore)) / Math.max(block.tokensBefore, 1);
  if (debtMs > (block.lastAt - block.startedAt) / 2) return false;
  return block.lastAt - block.probedAt >= Math.max(10_000, 3 * usualGapMs(block));
}

/** Between two calls that were admitted, before it began. */
function usualGapMs({ requestsBefore }: Block): number {
  return requestsBefore === 0 ? 0 : 1_000 / requestsBefore;
}
