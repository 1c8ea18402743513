import type { ContentBlock, ConverseRequest, Message, ToolResultBlock, ToolUseBlock } from '@outcrop/converse';
import { messagePath, pathOf, type Run, warn } from './run.ts';
import { canJoin, checkEnds, isHollow, joined, withMessages } from './turns.ts';

/**
 * Each turn of tool calls is followed by one turn that starts with exactly their results. What came late, or over
 * several turns, is brought together; a call that was passed over gets a result that says so; a result that nobody
 * asked for goes. As text of the user it would give a tool the user's authority.
 */
export function answerToolUses(request: ConverseRequest, run: Run): ConverseRequest {
  const { messages } = request;
  if (run.seen.toolBlocks === 0 || !messages || isInOrder(messages)) return request;

  const { byId, byTurn } = resultsIn(messages);
  const uses = usesIn(messages);
  const turns: Message[] = [];
  let owed: Call[] = [];
  for (const [turn, message] of messages.entries()) {
    if (message.role === 'user') {
      const settled = settle(message, turn);
      if (isHollow(settled)) warn(run, 'empty_message', messagePath(run, message));
      else turns.push(settled);
    } else {
      if (message.role === 'assistant') {
        if (owed.length > 0) turns.push(settle({ role: 'user', content: [] }, turn));
        owed = callsOf(message, turn, uses, run);
      }
      const before = turns.at(-1);
      if (canJoin(before, message)) {
        warn(run, 'same_role', messagePath(run, message));
        turns[turns.length - 1] = joined(before, message);
      } else turns.push(message);
    }
  }
  for (const { path } of owed) {
    const message = 'is a tool call without a result, and nothing follows it: run the tool and add its result.';
    run.problems.push({ path, message });
  }
  checkEnds(messages, turns, run);
  const isSame = turns.length === messages.length && turns.every((message, index) => message === messages[index]);
  return isSame ? request : { ...request, messages: turns };

  /** The turn with the results that are owed in front, and no others. */
  function settle(message: Message, turn: number): Message {
    const late: ContentBlock[] = [];
    const missing: ContentBlock[] = [];
    for (const { toolUseId, usedAgain, path } of owed) {
      const result = byId.get(toolUseId)?.find(({ at }) => at >= turn);
      if (result && result.at < usedAgain) {
        byId.get(toolUseId)?.drop();
        result.answersIn = turn;
        if (result.at > turn || message.content.length === 0) late.push(result.block);
      } else {
        warn(run, 'missing_tool_result', path);
        missing.push(unanswered(toolUseId, run));
      }
    }
    owed = [];
    const own = message.content.length > 0 ? (byTurn.get(turn) ?? []) : [];
    const inTime: ContentBlock[] = [];
    const rest: ContentBlock[] = [];
    let isMoved = late.length > 0;
    let number = 0;
    for (const [index, block] of message.content.entries()) {
      const answersIn = block.toolResult ? own[number++]?.answersIn : undefined;
      if (!block.toolResult) rest.push(block);
      else if (answersIn === turn) {
        isMoved ||= rest.length > 0;
        inTime.push(block);
      } else if (answersIn === undefined) warn(run, 'orphan_tool_result', pathOf(run, message, index));
    }
    if (isMoved) {
      const where: Message = message.content.length > 0 ? message : { role: 'user', content: late };
      warn(run, 'tool_result_order', messagePath(run, where));
    }
    const content = [...inTime, ...late, ...missing, ...rest];
    const isSame = content.length === message.content.length && !isMoved && missing.length === 0;
    return isSame ? message : { ...message, content };
  }
}

/** A result, where it stands, and the turn that it answers in. */
type Result = { block: ContentBlock; at: number; answersIn: number | undefined };

function resultsIn(messages: readonly Message[]) {
  const byId = new Map<string, Queue<Result>>();
  const byTurn = new Map<number, Result[]>();
  for (const [at, { role, content }] of messages.entries()) {
    if (role !== 'user') continue;
    const results = content.flatMap((block): Result[] =>
      block.toolResult ? [{ block, at, answersIn: undefined }] : [],
    );
    byTurn.set(at, results);
    for (const result of results) queueOf(byId, result.block.toolResult?.toolUseId ?? '').items.push(result);
  }
  return { byId, byTurn };
}

/** A call that waits for its result, and the turn in which its id calls again. */
type Call = { toolUseId: string; usedAgain: number; path: string };

function callsOf(message: Message, turn: number, uses: Map<string, Queue<number>>, run: Run): Call[] {
  return message.content.flatMap(({ toolUse }, index) => {
    if (!isOurs(toolUse)) return [];
    const { toolUseId } = toolUse;
    const usedAgain = uses.get(toolUseId)?.find((at) => at > turn) ?? Number.POSITIVE_INFINITY;
    return [{ toolUseId, usedAgain, path: pathOf(run, message, index) }];
  });
}

/** In which turns each id calls. */
function usesIn(messages: readonly Message[]): Map<string, Queue<number>> {
  const uses = new Map<string, Queue<number>>();
  for (const [at, { content }] of messages.entries()) {
    for (const { toolUse } of content) if (isOurs(toolUse)) queueOf(uses, toolUse.toolUseId).items.push(at);
  }
  return uses;
}

/** What comes in the order of the turns is looked through once, however long a history is. */
type Queue<Item> = {
  items: Item[];
  /** The first from here on that is looked for; what was passed over is never looked at again. */
  find(isWanted: (item: Item) => boolean): Item | undefined;
  /** Passes over the one that was found. */
  drop(): void;
};

function queueOf<Item>(queues: Map<string, Queue<Item>>, id: string): Queue<Item> {
  const known = queues.get(id);
  if (known) return known;
  const items: Item[] = [];
  let next = 0;
  const queue: Queue<Item> = {
    items,
    find(isWanted) {
      while (next < items.length && !isWanted(items[next] as Item)) next++;
      return items[next];
    },
    drop() {
      next++;
    },
  };
  queues.set(id, queue);
  return queue;
}

/** A call that we have to answer: the provider's own tools answer in the same turn. */
function isOurs(toolUse: ToolUseBlock | undefined): toolUse is ToolUseBlock {
  return toolUse !== undefined && toolUse.type === undefined;
}

function unanswered(toolUseId: string, { traits }: Run): ContentBlock {
  const toolResult: ToolResultBlock = {
    toolUseId,
    content: [{ text: 'The tool was not run: the call got no result.' }],
  };
  return { toolResult: traits.tools?.resultStatus === false ? toolResult : { ...toolResult, status: 'error' } };
}

/** Whether there is nothing to do, which is the usual case. */
function isInOrder(messages: readonly Message[]): boolean {
  const owed = new Set<string>();
  for (const { role, content } of messages) {
    if (role === 'user') {
      for (const { toolResult } of content) {
        // A result has to be owed, and before anything else all that are owed have to come.
        if (toolResult ? !owed.delete(toolResult.toolUseId) : owed.size > 0) return false;
      }
      if (owed.size > 0) return false;
    } else if (role === 'assistant') {
      if (owed.size > 0) return false;
      for (const { toolUse } of content) {
        if (!isOurs(toolUse)) continue;
        if (owed.has(toolUse.toolUseId)) return false;
        owed.add(toolUse.toolUseId);
      }
    }
  }
  return owed.size === 0;
}

/** Some models take no text beside results. In the last result the model still reads it, where it would have stood. */
export function partTextFromResults(request: ConverseRequest, run: Run): ConverseRequest {
  if (run.seen.toolBlocks === 0 || run.traits.tools?.textBesideResults !== false) return request;
  return withMessages(request, (message) => {
    const last = message.content.findLast((block) => block.toolResult)?.toolResult;
    const beside = last && message.content.filter((block) => !block.toolResult && !block.cachePoint);
    if (message.role !== 'user' || !last || !beside?.length) return message;

    const first = message.content.indexOf(beside[0] as ContentBlock);
    const fixed = beside.find(({ text, image, document, video, searchResult }) =>
      [text, image, document, video, searchResult].every((value) => value === undefined),
    );
    if (fixed) {
      const path = pathOf(run, message, message.content.indexOf(fixed));
      const text = 'the model takes tool results only in a turn of their own.';
      run.unsupported.push({ feature: 'textBesideResults', path, message: text });
      return message;
    }
    warn(run, 'text_beside_results', pathOf(run, message, first));
    const full = { ...last, content: [...last.content, ...beside] } as ToolResultBlock;
    const moved = new Set<ContentBlock>(beside);
    const content = message.content.flatMap((block): ContentBlock[] => {
      if (block.toolResult === last) return [{ toolResult: full }];
      return moved.has(block) ? [] : [block];
    });
    return { ...message, content };
  });
}
