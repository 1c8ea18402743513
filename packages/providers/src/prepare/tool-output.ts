import type { ContentBlock, ConverseResponse, ConverseStreamEvent, IncompleteBlock } from '@outcrop/converse';

/**
 * The input of the tool that stood for structured output, as the text that was asked for. What the model says beside
 * it would make that text no JSON, so it goes; a call of another tool stays, and then the turn is still one.
 */
export function toolOutputReply(reply: ConverseResponse, toolName: string): ConverseResponse {
  const { message } = reply.output;
  const answer = message.content.findIndex((block) => isAnswer(block.toolUse, toolName));
  if (answer < 0) return reply;

  // A stream had to let go of the text before the call of another tool, not knowing of an answer yet.
  const released = message.content.findLastIndex((block, index) => index < answer && isCall(block.toolUse));
  const content: ContentBlock[] = [];
  const places = new Map<number, number>();
  let othersCalled = false;
  for (const [index, block] of message.content.entries()) {
    const { text, citationsContent, toolUse } = block;
    const isText = text !== undefined || citationsContent !== undefined;
    if (index === answer) content.push({ text: jsonText(toolUse?.input) });
    else if ((!isText || index < released) && !isAnswer(toolUse, toolName)) {
      othersCalled ||= isCall(toolUse);
      places.set(index, content.length);
      content.push(block);
    }
  }
  const { incomplete, ...rest } = reply;
  const left = incomplete?.flatMap((each): IncompleteBlock[] => {
    const contentIndex = places.get(each.contentIndex);
    return contentIndex === undefined ? [] : [{ ...each, contentIndex }];
  });
  return {
    ...rest,
    output: { ...reply.output, message: { ...message, content } },
    stopReason: reply.stopReason === 'tool_use' && !othersCalled ? 'end_turn' : reply.stopReason,
    ...(left && left.length > 0 && { incomplete: left }),
  };
}

/** The same, event by event: the input streams as text. */
export function toolOutputEvents(toolName: string): (event: ConverseStreamEvent) => readonly ConverseStreamEvent[] {
  /** Text waits until it is known whether it is the answer or stands beside one. */
  let held: ConverseStreamEvent[] = [];
  const textBlocks = new Set<number>();
  const ignored = new Set<number>();
  let answer: { index: number; hasText: boolean } | undefined;
  let othersCalled = false;

  const release = (event?: ConverseStreamEvent) => {
    const events = event ? [...held, event] : held;
    held = [];
    return events;
  };
  const ofText = (index: number, event: ConverseStreamEvent) => {
    textBlocks.add(index);
    if (!answer) held.push(event);
    return [];
  };
  /** A tool without input is one without a delta. */
  const emptyAnswer = (): ConverseStreamEvent[] => {
    if (!answer || answer.hasText) return [];
    answer.hasText = true;
    return [{ contentBlockDelta: { contentBlockIndex: answer.index, delta: { text: '{}' } } }];
  };

  function onStart(event: ConverseStreamEvent): readonly ConverseStreamEvent[] {
    const { contentBlockIndex: index, start } = event.contentBlockStart ?? {};
    if (index === undefined) return [event];
    if (!start || Object.keys(start).length === 0) return ofText(index, event);
    if (isAnswer(start.toolUse, toolName)) {
      if (answer) ignored.add(index);
      else {
        answer = { index, hasText: false };
        held = [];
      }
      return [];
    }
    if (!isCall(start.toolUse)) return [event];
    othersCalled = true;
    return answer ? [event] : release(event);
  }

  function onDelta(event: ConverseStreamEvent): readonly ConverseStreamEvent[] {
    const { contentBlockIndex: index, delta } = event.contentBlockDelta ?? {};
    if (index === undefined) return [event];
    if (index === answer?.index && typeof delta?.toolUse?.input === 'string') {
      if (delta.toolUse.input === '') return [];
      answer.hasText = true;
      return [{ contentBlockDelta: { contentBlockIndex: index, delta: { text: delta.toolUse.input } } }];
    }
    if (ignored.has(index)) return [];
    if (delta?.text !== undefined || delta?.citation !== undefined) return ofText(index, event);
    return [event];
  }

  return (event) => {
    if (event?.contentBlockDelta) return onDelta(event);
    if (event?.contentBlockStart) return onStart(event);
    if (event?.contentBlockStop) {
      const { contentBlockIndex: index } = event.contentBlockStop;
      if (index === answer?.index) return [...emptyAnswer(), event];
      if (ignored.has(index)) return [];
      return textBlocks.has(index) ? ofText(index, event) : [event];
    }
    if (!event?.messageStop) return [event];
    if (!answer) return release(event);
    const { stopReason, ...rest } = event.messageStop;
    const ending = stopReason === 'tool_use' && !othersCalled ? 'end_turn' : stopReason;
    return [...emptyAnswer(), { messageStop: { ...rest, stopReason: ending } }];
  };
}

type Call = { name: string; type?: string | undefined };

function isAnswer(toolUse: Call | undefined, toolName: string): boolean {
  return isCall(toolUse) && toolUse.name === toolName;
}

/** A call for the caller to answer. */
function isCall(toolUse: Call | undefined): toolUse is Call {
  return toolUse !== undefined && toolUse.type === undefined;
}

/** Input that was cut is text already. */
function jsonText(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? {});
}
