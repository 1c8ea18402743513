import type { ContentBlock, ConverseResponse, InferenceConfig } from '@outcrop/converse';
import { charactersPerToken, tokensIn } from '../tokens.ts';

/** A reply of this block, ended by what the caller said about its end. A tool call that does not fit is none. */
export function withinLimits(
  block: ContentBlock,
  { maxTokens = Number.POSITIVE_INFINITY, stopSequences = [] }: InferenceConfig = {},
): Partial<ConverseResponse> {
  if (block.text === undefined) return tokensIn(block) <= maxTokens ? replyOf(block) : stopped('max_tokens');
  const ends = stopSequences.map((stop) => block.text.indexOf(stop)).filter((at) => at >= 0);
  const end = Math.min(block.text.length, ...ends);
  const room = maxTokens * charactersPerToken;
  if (end > room) return stopped('max_tokens', block.text.slice(0, room));
  return ends.length > 0 ? stopped('stop_sequence', block.text.slice(0, end)) : replyOf(block);
}

function stopped(stopReason: string, text = ''): Partial<ConverseResponse> {
  return { ...replyOf(...(text === '' ? [] : [{ text }])), stopReason };
}

function replyOf(...content: ContentBlock[]): Partial<ConverseResponse> {
  return { output: { message: { role: 'assistant', content } } };
}
