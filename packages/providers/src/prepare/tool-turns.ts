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

  const results = resultsIn(messages);
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
    const own = new Set<number>();
    for (const { toolUseId, usedAgain, path } of owed) {
      const result = results.get(toolUseId)?.find(({ taken, at }) => !taken && at >= turn && at < usedAgain);
      if (result) {
        result.taken = true;
        if (result.at === turn && message.content[result.index] === result.block) own.add(result.index);
        else late.push(result.block);
      } else {
        warn(run, 'missing_tool_result', path);
        missing.push(unanswered(toolUseId, run));
      }
    }
    owed = [];
    const inTime: ContentBlock[] = [];
    const rest: ContentBlock[] = [];
    let isMoved = late.length > 0;
    for (const [index, block] of message.content.entries()) {
      if (!block.toolResult) rest.push(block);
      else if (own.has(index)) {
        isMoved ||= rest.length > 0;
        inTime.push(block);
      } else if (!isTaken(results, block, turn, index)) warn(run, 'orphan_tool_result', pathOf(run, message, index));
    }
    if (isMoved)
      warn(
        run,
        'tool_result_order',
        messagePath(run, message.content.length > 0 ? message : { role: 'user', content: late }),
      );
    const content = [...inTime, ...late, ...missing, ...rest];
    const isSame = content.length === message.content.length && !isMoved && missing.length === 0;
    return isSame ? message : { ...message, content };
  }
}

/** A result, and where it stands. */
type Result = { block: ContentBlock; at: number; index: number; taken: boolean };

function resultsIn(messages: readonly Message[]): Map<string, Result[]> {
  const results = new Map<string, Result[]>();
  for (const [at, { role, content }] of messages.entries()) {
    if (role !== 'user') continue;
    for (const [index, block] of content.entries()) {
      if (!block.toolResult) continue;
      const { toolUseId } = block.toolResult;
      const same = results.get(toolUseId);
      const result = { block, at, index, taken: false };
      if (same) same.push(result);
      else results.set(toolUseId, [result]);
    }
  }
  return results;
}

function isTaken(results: Map<string, Result[]>, { toolResult }: ContentBlock, at: number, index: number): boolean {
  const same = results.get(toolResult?.toolUseId ?? '') ?? [];
  return same.some((result) => result.taken && result.at === at && result.index === index);
}

/** A call that waits for its result, and the turn in which its id calls again. */
type Call = { toolUseId: string; usedAgain: number; path: string };

function callsOf(message: Message, turn: number, uses: Map<string, number[]>, run: Run): Call[] {
  return message.content.flatMap(({ toolUse }, index) => {
    if (!isOurs(toolUse)) return [];
    const { toolUseId } = toolUse;
    const usedAgain = uses.get(toolUseId)?.find((at) => at > turn) ?? Number.POSITIVE_INFINITY;
    return [{ toolUseId, usedAgain, path: pathOf(run, message, index) }];
  });
}

/** In which turns each id calls. */
function usesIn(messages: readonly Message[]): Map<string, number[]> {
  const uses = new Map<string, number[]>();
  for (const [at, { content }] of messages.entries()) {
    for (const { toolUse } of content) {
      if (!isOurs(toolUse)) continue;
      const turns = uses.get(toolUse.toolUseId);
      if (turns) turns.push(at);
      else uses.set(toolUse.toolUseId, [at]);
    }
  }
  return uses;
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
