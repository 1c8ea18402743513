import type { ContentBlock } from '../content.ts';
import type { JsonValue } from '../one-of.ts';
import type { ConverseResponse } from '../reply.ts';
import { usageOf } from '../usage.ts';

/**
 * A whole reply of these blocks, a string standing for a text block. It stops with `tool_use` if it holds a tool call
 * for the caller to run, else with `end_turn`, and counts 10 tokens in and 5 out, so that sums have something to add.
 *
 * @example
 * ```ts
 * import { reply, toolCall } from '@outcrop/converse/testing';
 *
 * reply('Let me look.', toolCall('weather', { city: 'Bergen' })).stopReason; // 'tool_use'
 * ```
 */
export function reply(...content: (string | ContentBlock)[]): ConverseResponse {
  const blocks = content.map((block): ContentBlock => (typeof block === 'string' ? { text: block } : block));
  return {
    output: { message: { role: 'assistant', content: blocks } },
    stopReason: blocks.some(({ toolUse }) => toolUse && toolUse.type === undefined) ? 'tool_use' : 'end_turn',
    usage: usageOf({ inputTokens: 10, outputTokens: 5 }),
    metrics: { latencyMs: 1 },
  };
}

/** A block that asks for a tool. Two calls of one tool in the same reply need ids of their own. */
export function toolCall(name: string, input: JsonValue = {}, toolUseId = `tooluse_${name}`): ContentBlock {
  return { toolUse: { toolUseId, name, input } };
}

/** A text, or as much of a reply as matters, as a whole reply. */
export function wholeReply(draft: string | Partial<ConverseResponse>): ConverseResponse {
  if (typeof draft === 'string') return reply(draft);
  return { ...reply(...(draft.output?.message.content ?? [])), ...draft };
}
