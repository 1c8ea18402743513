import type { ContentBlock, ConverseRequest, Message } from '@outcrop/converse';
import { messagePath, pathOf, type Run, warn } from './run.ts';
import { isThinking } from './thinking.ts';

/** Messages with nothing in them go, and neighbours of one role become one. */
export function mergeTurns(request: ConverseRequest, run: Run): ConverseRequest {
  const { messages } = request;
  if (!messages || messages.every((message, index) => !isHollow(message) && !canJoin(messages[index - 1], message))) {
    return request;
  }
  const turns: Message[] = [];
  /** Those that we made, which may grow. */
  const ours = new Set<Message>();
  for (const [index, message] of messages.entries()) {
    const before = turns.at(-1);
    if (canJoin(before, message)) {
      if (message.content.length > 0) warn(run, 'same_role', `messages[${index}]`);
      else warn(run, 'empty_message', `messages[${index}]`);
      if (ours.has(before)) before.content.push(...message.content);
      else {
        turns[turns.length - 1] = joined(before, message);
        ours.add(turns[turns.length - 1] as Message);
      }
    } else if (isHollow(message)) {
      warn(run, 'empty_message', `messages[${index}]`);
    } else turns.push(message);
  }
  checkEnds(messages, turns, run);
  return { ...request, messages: turns };
}

/** Nothing but cache points, which cache nothing alone. */
export function isHollow({ content }: Message): boolean {
  for (const block of content) if (block.cachePoint === undefined) return false;
  return true;
}

export function canJoin(before: Message | undefined, message: Message): before is Message {
  return before !== undefined && before.role === message.role && message.role !== 'system';
}

export function joined(before: Message, message: Message): Message {
  return { ...before, content: [...before.content, ...message.content] };
}

/** A turn at an end of the conversation can't just go: it would start or end with what was never meant to be there. */
export function checkEnds(before: readonly Message[], after: readonly Message[], run: Run): void {
  const [first, last] = [before[0], before.at(-1)];
  const says =
    'says nothing that can be sent, and the conversation makes no sense without it: fill it, or leave it out.';
  if (last?.role === 'user' && after.at(-1)?.role !== 'user') {
    run.problems.push({ path: originalPath(last, before.length - 1, run), message: says });
  } else if (first?.role === 'user' && after[0]?.role === 'assistant') {
    run.problems.push({ path: originalPath(first, 0, run), message: says });
  }
}

function originalPath(message: Message, index: number, run: Run): string {
  const path = messagePath(run, message);
  return path === 'messages' ? `messages[${index}]` : path;
}

/** A document needs a text in its message. */
export function putTextBesideDocuments(request: ConverseRequest, run: Run): ConverseRequest {
  if (run.seen.documents === 0) return request;
  return withMessages(request, (message) => {
    const document = message.content.findIndex((block) => block.document);
    if (document < 0 || message.content.some((block) => block.text !== undefined)) return message;
    warn(run, 'document_without_text', pathOf(run, message, document));
    return { ...message, content: [...message.content, { text: 'See the attached document.' }] };
  });
}

/** The last turn is a prefill if it is the assistant's: not all models take one, and none with white space behind. */
export function preparePrefill(request: ConverseRequest, run: Run): ConverseRequest {
  const { messages } = request;
  const last = messages?.at(-1);
  if (!messages || last?.role !== 'assistant') return request;
  if (run.traits.prefill === false) {
    const message = 'the model does not go on with a turn of the assistant: the last turn has to be of the user.';
    run.unsupported.push({ feature: 'prefill', path: messagePath(run, last), message });
  }
  const { ask } = run.traits.reasoning ?? {};
  if ((ask === 'budget' || ask === 'adaptive') && isThinking(request, run.traits)) {
    const message = 'while the model thinks it does not go on with a turn of the assistant.';
    run.unsupported.push({ feature: 'prefill', path: messagePath(run, last), message });
  }
  const index = last.content.findLastIndex((block) => block.cachePoint === undefined);
  const text = last.content[index]?.text;
  const trimmed = text?.trimEnd();
  if (trimmed === undefined || trimmed === text) return request;
  warn(run, 'prefill_whitespace', pathOf(run, last, index));
  const content: ContentBlock[] = last.content.with(index, { text: trimmed });
  return { ...request, messages: messages.with(-1, { ...last, content }) };
}

/** One message, and no history, is all that some models take. */
export function checkTurns(request: ConverseRequest, run: Run): ConverseRequest {
  const second = request.messages?.[1];
  if (run.traits.multiTurn === false && second !== undefined) {
    const message = 'the model takes one message of the user, and no history.';
    run.unsupported.push({ feature: 'history', path: messagePath(run, second), message });
  }
  return request;
}

/** The request with its messages changed, or the very same one if none is. */
export function withMessages(request: ConverseRequest, change: (message: Message) => Message): ConverseRequest {
  const { messages } = request;
  let changed: Message[] | undefined;
  for (let index = 0; messages && index < messages.length; index++) {
    const message = messages[index] as Message;
    const better = change(message);
    if (better !== message) changed ??= messages.slice(0, index);
    changed?.push(better);
  }
  return changed ? { ...request, messages: changed } : request;
}
