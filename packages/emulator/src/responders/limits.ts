import type { ContentBlock, ConverseResponse, InferenceConfig } from '@outcrop/converse';
import { charactersPerToken, tokensIn } from '../tokens.ts';

/**
 * A reply of these blocks, ended by what the caller said about its end. Of blocks it is text that is cut: any other that
 * does not fit is left out.
 */
export function withinLimits(
  blocks: ContentBlock[],
  { maxTokens = Number.POSITIVE_INFINITY, stopSequences = [] }: InferenceConfig = {},
): Partial<ConverseResponse> {
  const content: ContentBlock[] = [];
  let tokens = maxTokens;
  for (const block of blocks) {
    const { text, stopReason } = cut(block.text ?? '', tokens, stopSequences);
    if (block.text === undefined && tokensIn(block) > tokens) return replyOf(content, 'max_tokens');
    if (stopReason) return replyOf(text === '' ? content : [...content, { text }], stopReason);
    content.push(block);
    tokens -= tokensIn(block);
  }
  return replyOf(content);
}

/** The text up to its end, and which one that is if it is not the text's own. */
function cut(text: string, tokens: number, stopSequences: string[]): { text: string; stopReason?: string } {
  const ends = stopSequences.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const end = Math.min(text.length, ...ends);
  const room = tokens * charactersPerToken;
  if (end > room) return { text: text.slice(0, room), stopReason: 'max_tokens' };
  return ends.length > 0 ? { text: text.slice(0, end), stopReason: 'stop_sequence' } : { text };
}

function replyOf(content: ContentBlock[], stopReason?: string): Partial<ConverseResponse> {
  return { output: { message: { role: 'assistant', content } }, ...(stopReason !== undefined && { stopReason }) };
}
