import type { ReplyWriter } from './reply-writer.ts';
import type { TextSplitter } from './text-format.ts';

/** What stands around the thoughts of a model that thinks in its text. */
export type ReasoningTags = {
  open: string;
  close: string;
  /** Whether the prompt ends with the opening one, so that the reply begins with a thought. @default false */
  inside?: boolean | undefined;
};

/**
 * Takes what a model thinks, in front of its answer, out of its text. A tag may come in any number of pieces; one that
 * stands further behind is text that the model wrote about tags.
 */
export function splitReasoning(writer: ReplyWriter, ...kinds: readonly ReasoningTags[]): TextSplitter {
  let held = '';
  let tags = kinds.find(({ inside }) => inside);
  let thought = false;
  // Where it is: before the first word, among the thoughts, before the first word of the answer, in the answer.
  let at: 'start' | 'reasoning' | 'between' | 'text' = 'start';

  function start(): boolean {
    const rest = held.trimStart();
    const opened = kinds.find(({ open }) => rest.startsWith(open));
    if (opened) {
      tags = opened;
      held = rest.slice(opened.open.length);
    } else if (kinds.some(({ open }) => open.startsWith(rest))) return false;
    at = tags ? 'reasoning' : 'text';
    return true;
  }

  function reasoning(close: string): boolean {
    // A thought of blanks is none, and models that had nothing to think about write one.
    if (!thought) held = held.trimStart();
    const closed = held.indexOf(close);
    const end = closed < 0 ? held.length - heldBack(held, close) : closed;
    thought ||= end > 0;
    writer.reasoning(held.slice(0, end));
    held = closed < 0 ? held.slice(end) : held.slice(closed + close.length);
    if (closed >= 0) at = 'between';
    return closed >= 0;
  }

  function between(): boolean {
    held = held.trimStart();
    if (held !== '') at = 'text';
    return held !== '';
  }

  function text(): boolean {
    writer.text(held);
    held = '';
    return false;
  }

  function step(): boolean {
    if (at === 'start') return start();
    if (at === 'reasoning') return reasoning(tags?.close ?? '');
    return at === 'between' ? between() : text();
  }

  return {
    add(piece) {
      held += piece;
      while (step());
    },
    end() {
      if (tags && (at === 'start' || at === 'reasoning')) writer.reasoning(held);
      else if (at !== 'between') writer.text(held);
      held = '';
    },
  };
}

/** How many characters at the end of the text may be the beginning of the token. */
export function heldBack(text: string, token: string): number {
  for (let length = Math.min(token.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(token.slice(0, length))) return length;
  }
  return 0;
}
