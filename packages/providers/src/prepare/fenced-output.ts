import type { ContentBlock, ConverseResponse, ConverseStreamEvent } from '@outcrop/converse';

/** JSON that a model was asked for in words often comes in a code fence, which is not JSON: it goes. */
export function unfencedReply(reply: ConverseResponse): ConverseResponse {
  const { message } = reply.output;
  const content = message.content.map((block): ContentBlock => {
    if (block.text === undefined) return block;
    const unfence = createUnfence();
    const text = unfence.add(block.text) + unfence.end();
    return text === block.text ? block : { text };
  });
  if (content.every((block, index) => block === message.content[index])) return reply;
  return { ...reply, output: { ...reply.output, message: { ...message, content } } };
}

/** The same, event by event. */
export function unfencedEvents(): (event: ConverseStreamEvent) => readonly ConverseStreamEvent[] {
  const open = new Map<number, Unfence>();
  const textAt = (contentBlockIndex: number, text: string): ConverseStreamEvent[] =>
    text === '' ? [] : [{ contentBlockDelta: { contentBlockIndex, delta: { text } } }];

  const close = (index: number) => {
    const rest = open.get(index)?.end() ?? '';
    open.delete(index);
    return textAt(index, rest);
  };
  return (event) => {
    const { contentBlockIndex: index, delta } = event?.contentBlockDelta ?? {};
    if (index !== undefined && typeof delta?.text === 'string') {
      const unfence = open.get(index) ?? createUnfence();
      open.set(index, unfence);
      return textAt(index, unfence.add(delta.text));
    }
    if (event?.contentBlockStop) return [...close(event.contentBlockStop.contentBlockIndex), event];
    if (event?.messageStop) return [...[...open.keys()].flatMap(close), event];
    return [event];
  };
}

type Unfence = {
  /** Takes the next piece of the text and gives what is certain to be inside. */
  add(piece: string): string;
  /** What was held back and turned out to be no fence. */
  end(): string;
};

/**
 * Takes away a fence around a text, and what stands behind it. A line that starts with three backticks can't be in
 * JSON. Text without a fence at its start passes as it is, at once.
 */
function createUnfence(): Unfence {
  let state: 'start' | 'fenced' | 'plain' | 'behind' = 'start';
  let held = '';

  function inside(): string {
    const end = held.indexOf('\n```');
    if (end >= 0) {
      state = 'behind';
      const text = held.slice(0, end);
      held = '';
      return text;
    }
    // A newline and up to two backticks at the end may become the closing fence.
    const kept = held.match(/\n`{0,2}$/)?.[0].length ?? 0;
    const text = held.slice(0, held.length - kept);
    held = held.slice(held.length - kept);
    return text;
  }

  return {
    add(piece) {
      if (state === 'plain') return piece;
      if (state === 'behind') return '';
      held += piece;
      if (state === 'fenced') return inside();
      const opening = held.trimStart();
      if (opening.startsWith('```')) {
        const line = opening.indexOf('\n');
        if (line < 0) return '';
        state = 'fenced';
        held = opening.slice(line + 1);
        return inside();
      }
      if ('```'.startsWith(opening)) return '';
      state = 'plain';
      const text = held;
      held = '';
      return text;
    },
    end() {
      const text = held;
      held = '';
      return text;
    },
  };
}
