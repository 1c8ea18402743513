import { type ConverseResponse, type ConverseStreamEvent, toolUsesOf } from '@outcrop/converse';
import type { Ending } from './format.ts';
import { stopWord } from './format.ts';
import { createTextPieces, plainTextOf, type ReasoningMarks } from './plain-text.ts';

const stopWords = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  content_filtered: 'content_filter',
};

/** How a family of chat completions differs from the others in its replies. */
export type ChatReply = {
  /** Where the reason to stop stands. */
  stopKey: 'finish_reason' | 'stop_reason';
  /** Where a piece of the message stands in a chunk. */
  pieceKey: 'delta' | 'message';
  /** What stands around reasoning at the beginning of the content. Left out: it is not shown. */
  reasoning?: ReasoningMarks | undefined;
};

/** The one choice of a whole reply. */
export function writeChoice(reply: ConverseResponse, { stopKey, reasoning }: ChatReply): object {
  const calls = toolUsesOf(reply).map(({ toolUseId: id, name, input }) => {
    return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
  });
  const content = reply.output.message.content.filter(({ toolUse }) => !toolUse);
  const text = plainTextOf({ ...reply, output: { message: { role: 'assistant', content } } }, reasoning);
  const message = { role: 'assistant', content: text === '' && calls.length > 0 ? null : text };
  return {
    index: 0,
    message: calls.length > 0 ? { ...message, tool_calls: calls } : message,
    [stopKey]: stopWord(stopWords, reply.stopReason),
  };
}

/** What writes the one choice of each chunk. */
export function createChoices({ stopKey, pieceKey, reasoning }: ChatReply) {
  const textOf = createTextPieces(reasoning);
  // Blocks that are tool calls, by their places among the tool calls.
  const calls = new Map<number, { index: number; isEmpty: boolean }>();
  const choice = (piece: object, stop: string | null = null) => ({ index: 0, [pieceKey]: piece, [stopKey]: stop });
  const ofCall = (call: object) => choice({ tool_calls: [call] });

  return {
    add(event: ConverseStreamEvent): object[] {
      const { messageStart, contentBlockStart, contentBlockDelta, contentBlockStop } = event;
      if (messageStart) return [choice({ role: 'assistant', content: '' })];
      if (contentBlockStart?.start.toolUse) {
        const { toolUseId: id, name } = contentBlockStart.start.toolUse;
        const index = calls.size;
        calls.set(contentBlockStart.contentBlockIndex, { index, isEmpty: true });
        return [ofCall({ index, id, type: 'function', function: { name, arguments: '' } })];
      }
      const call = calls.get((contentBlockDelta ?? contentBlockStop)?.contentBlockIndex ?? -1);
      if (call) {
        const json = contentBlockDelta?.delta.toolUse?.input ?? (call.isEmpty ? '{}' : '');
        if (json === '') return [];
        call.isEmpty = false;
        return [ofCall({ index: call.index, function: { arguments: json } })];
      }
      const text = textOf(event);
      return text === '' ? [] : [choice({ content: text })];
    },
    end: ({ stopReason }: Ending): object => choice({}, stopWord(stopWords, stopReason)),
  };
}

/** Usage as chat completions count it. */
export function writeChatUsage({ usage }: Pick<ConverseResponse, 'usage'>): object {
  const { inputTokens, outputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
  const prompt = inputTokens + cacheReadInputTokens + cacheWriteInputTokens;
  return { prompt_tokens: prompt, completion_tokens: outputTokens, total_tokens: prompt + outputTokens };
}
