import type { Citation, ContentBlock, ToolUseBlock } from '@outcrop/converse';

/** A stretch of a reply that is shown as one thing. */
export type ReplyPart =
  | { type: 'text'; text: string; citations: Citation[] }
  | { type: 'reasoning'; text: string }
  | { type: 'tool'; toolUse: ToolUseBlock };

/**
 * The parts of a reply. Text with sources comes in blocks that begin and end anywhere in a paragraph, so all text that
 * nothing interrupts is one part, with a number where a source belongs.
 */
export function partsOf(content: readonly ContentBlock[]): ReplyPart[] {
  const parts: ReplyPart[] = [];

  function addText(text: string, citations: readonly Citation[] = []): void {
    let last = parts.at(-1);
    if (last?.type !== 'text') {
      last = { type: 'text', text: '', citations: [] };
      parts.push(last);
    }
    last.text += text;
    for (const citation of citations) {
      last.citations.push(citation);
      last.text += superscript(last.citations.length);
    }
  }

  for (const { text, reasoningContent, toolUse, citationsContent } of content) {
    if (text !== undefined) addText(text);
    else if (citationsContent) {
      const { content: pieces = [], citations } = citationsContent;
      addText(pieces.map((piece) => piece.text ?? '').join(''), citations);
    } else if (toolUse) parts.push({ type: 'tool', toolUse });
    else if (reasoningContent) parts.push({ type: 'reasoning', text: reasoningContent.reasoningText?.text ?? '' });
  }
  return parts;
}

function superscript(number: number): string {
  return [...String(number)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}
