import type { ContentBlock } from '@outcrop/converse';
import { herePath, type Run, warn } from './run.ts';

/** Families whose own reasoning comes without a signature: a signed one is of another, and refused. */
const neverSigning: ReadonlySet<string> = new Set(['deepseek', 'glm', 'gpt', 'gpt_oss', 'kimi', 'minimax', 'qwen']);

/** Reasoning goes back as it came, to the byte, or not at all. */
export function prepareReasoning(block: ContentBlock, run: Run): ContentBlock | undefined {
  const { reasoningText } = block.reasoningContent ?? {};
  const { reasoning, family = '' } = run.traits;
  if (reasoning?.supported === false || (reasoningText?.signature && neverSigning.has(family))) {
    warn(run, 'foreign_reasoning', herePath(run));
    return undefined;
  }
  if (!reasoningText) return block;
  if (!reasoningText.signature) {
    warn(run, 'unsigned_reasoning', herePath(run));
    return undefined;
  }
  run.seen.bytes += reasoningText.text?.length ?? 0;
  // Where a model hides what it thinks, its stream brings a signature and no text.
  if (typeof reasoningText.text === 'string') return block;
  warn(run, 'reasoning_text', herePath(run));
  return { reasoningContent: { reasoningText: { ...reasoningText, text: '' } } };
}
