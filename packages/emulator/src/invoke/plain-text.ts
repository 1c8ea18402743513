import type { ConverseResponse, ConverseStreamEvent } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';

/** What stands around reasoning in the text of a model that has no place of its own for it. Left out: it is not shown. */
export type ReasoningMarks = {
  /** Empty if the prompt itself opens the reasoning: then it has to be closed before anything else is said. */
  open: string;
  close: string;
};

/** Turns the events of a reply into pieces of the one text that models without blocks answer with. */
export function createTextPieces(marks?: ReasoningMarks): (event: ConverseStreamEvent) => string {
  let thinking: number | undefined;
  let call: { name: string; input: string } | undefined;
  let opened = marks?.open === '';

  return ({ contentBlockStart, contentBlockDelta, contentBlockStop }) => {
    if (contentBlockStart?.start.toolUse) call = { name: contentBlockStart.start.toolUse.name, input: '' };
    if (contentBlockDelta) {
      const { contentBlockIndex, delta } = contentBlockDelta;
      if (delta.text !== undefined) {
        const closed = opened && marks ? marks.close : '';
        opened = false;
        return closed + delta.text;
      }
      if (delta.toolUse && call) call.input += delta.toolUse.input;
      if (delta.reasoningContent?.text !== undefined && marks) {
        const open = thinking === undefined ? marks.open : '';
        thinking = contentBlockIndex;
        return open + delta.reasoningContent.text;
      }
    }
    if (contentBlockStop && contentBlockStop.contentBlockIndex === thinking && marks) {
      thinking = undefined;
      opened = false;
      return marks.close;
    }
    if (contentBlockStop && call) {
      const { name, input } = call;
      call = undefined;
      return `{"name": ${JSON.stringify(name)}, "parameters": ${input || '{}'}}`;
    }
    return '';
  };
}

/** The whole text. */
export function plainTextOf(reply: ConverseResponse, marks?: ReasoningMarks): string {
  return eventsOf(reply).map(createTextPieces(marks)).join('');
}
