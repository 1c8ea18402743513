import type { Message } from './content.ts';

/** A history that was made to fit. */
export type FittedHistory = {
  /** The newest part of the history. It starts with a user's own turn if the history has one. */
  messages: Message[];
  /** How many messages were left out. */
  dropped: number;
  /** What the rest is estimated at. Above the budget only if not even the newest exchange fits. */
  tokens: number;
};

/**
 * Shortens a history to a budget of tokens without ever parting a tool use from its result. The oldest exchanges go
 * first, each from a user's own turn to the next one. If only the newest is left, its oldest rounds of tool use and
 * results go; its question and its last round always stay.
 *
 * @param estimate how many tokens a message counts for. It is called once a message.
 *
 * @example
 * ```ts
 * import { fitHistory, type Message, textOf } from '@outcrop/converse';
 *
 * const history: Message[] = [];
 * const { messages } = fitHistory(history, 150_000, (message) => textOf(message).length / 4);
 * ```
 */
export function fitHistory(
  history: readonly Message[],
  budget: number,
  estimate: (message: Message) => number,
): FittedHistory {
  const costs = history.map(estimate);
  let tokens = costs.reduce((sum, cost) => sum + cost, 0);
  const kept = history.map(() => true);

  const drop = (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      kept[index] = false;
      tokens -= costs[index] ?? 0;
    }
  };

  const reach = reachOf(history);
  const starts = history.flatMap((message, index) =>
    startsExchange(message) && (reach[index - 1] ?? -1) < index ? [index] : [],
  );
  const newest = starts.at(-1) ?? 0;
  let first = 0;
  for (const start of starts) {
    if (tokens <= budget) break;
    drop(first, start);
    first = start;
  }
  if (tokens > budget) {
    for (const [from, to] of toolRounds(history, newest, reach).slice(0, -1)) {
      if (tokens <= budget) break;
      drop(from, to);
    }
  }
  const messages = history.filter((_, index) => kept[index]);
  return { messages, dropped: history.length - messages.length, tokens };
}

function startsExchange({ role, content }: Message): boolean {
  return role === 'user' && !content.some((block) => block.toolResult);
}

/**
 * Up to which message each message and all before it have to be kept together: the last one with a result of a tool
 * that they use. Others may stand between, such as a user's hurry or a system turn.
 */
function reachOf(history: readonly Message[]): number[] {
  const uses = new Map<string, number>();
  const reach = history.map((_, index) => index);
  for (const [index, { content }] of history.entries()) {
    for (const { toolUse, toolResult } of content) {
      if (toolUse) uses.set(toolUse.toolUseId, index);
      const use = toolResult && uses.get(toolResult.toolUseId);
      if (use !== undefined) reach[use] = index;
    }
  }
  let furthest = -1;
  return reach.map((index) => {
    furthest = Math.max(furthest, index);
    return furthest;
  });
}

/** The rounds from `start` on that can go as a whole: from a turn that uses tools to the last of their results. */
function toolRounds(history: readonly Message[], start: number, reach: number[]): [from: number, to: number][] {
  const rounds: [number, number][] = [];
  let index = start;
  while (index < history.length) {
    const to = (reach[index] ?? index) + 1;
    if (history[index]?.content.some((block) => block.toolUse)) rounds.push([index, to]);
    index = to;
  }
  return rounds;
}
