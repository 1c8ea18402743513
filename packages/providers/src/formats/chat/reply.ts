import type { ConverseResponse, StopReason } from '@outcrop/converse';
import { pickCounts } from '../counts.ts';
import type { InvokeReplyContext, InvokeStream } from '../format.ts';
import {
  asJson,
  countIn,
  type Fields,
  isObject,
  listAt,
  malformed,
  maybeTextAt,
  objectAt,
  textAt,
} from '../read-body.ts';
import { splitReasoning } from '../reasoning-tags.ts';
import { createReplyWriter, foldReply } from '../reply-writer.ts';
import { throwServiceError } from '../service-error.ts';
import { stopReasonIn } from '../stop-reason.ts';
import { nextToolUseId } from '../tool-ids.ts';

const stopReasons: { readonly [reason: string]: StopReason } = {
  stop: 'end_turn',
  length: 'max_tokens',
  model_length: 'model_context_window_exceeded',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'content_filtered',
};

/** What Converse drops of a reply, or says in its own words. The rest is kept. */
const known: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'system_fingerprint',
]);

/** What these models put around what they think, where they say it in their text. */
const reasoningTags = [
  { open: '<reasoning>', close: '</reasoning>' },
  { open: '<think>', close: '</think>' },
] as const;

/** A whole reply: its one choice is read as the one piece that a stream would bring. */
export function decodeChat(body: unknown, context: InvokeReplyContext): ConverseResponse {
  const reply = createChatReader(context);
  reply.read(body);
  if (!reply.chosen) throw malformed('choices', 'it should hold the answer, and it is missing or empty');
  return foldReply(reply.end('unknown'));
}

/** A stream of pieces of one choice. */
export function decodeChatStream(context: InvokeReplyContext): InvokeStream {
  const reply = createChatReader(context);
  return {
    add(chunk) {
      // The line that some of them end with.
      if (chunk !== '[DONE]') reply.read(chunk);
      return reply.take();
    },
    end: () => reply.end(undefined),
  };
}

type Call = { index: number | undefined; id: string | undefined; name: string | undefined };

function createChatReader(context: InvokeReplyContext) {
  const writer = createReplyWriter(context);
  const text = splitReasoning(writer, ...reasoningTags);
  const calls: Call[] = [];
  let chosen = false;

  function read(value: unknown): void {
    const fields = objectAt(value, '');
    throwServiceError(fields);
    writer.native(fields, known);
    count(fields['usage']);
    for (const [index, item] of listAt(fields['choices'], 'choices').entries()) {
      const choice = objectAt(item, `choices[${index}]`);
      // Several answers were not asked for; the first of them is the answer.
      if ((choice['index'] ?? index) === 0) readChoice(choice, `choices[${index}]`);
    }
  }

  function readChoice({ message, delta, finish_reason, stop_reason }: Fields, path: string): void {
    const said = delta ?? message;
    chosen ||= isObject(said);
    if (said !== undefined && said !== null) readMessage(objectAt(said, `${path}.message`), `${path}.message`);
    // Some servers say beside it which stop sequence it was, or its number.
    const reason =
      maybeTextAt(finish_reason, `${path}.finish_reason`) ??
      (typeof stop_reason === 'string' ? stop_reason : undefined);
    if (reason === undefined || reason === '') return;
    const known = stopReasonIn(stopReasons, reason);
    writer.stop(known === 'end_turn' && calls.length > 0 ? 'tool_use' : known);
  }

  function readMessage({ content, reasoning, reasoning_content, refusal, tool_calls }: Fields, path: string): void {
    const thought = maybeTextAt(reasoning ?? reasoning_content, `${path}.reasoning`);
    if (thought) writer.reasoning(thought);
    if (Array.isArray(content))
      for (const [index, part] of content.entries()) readPart(objectAt(part, `${path}.content[${index}]`), path);
    else text.add(maybeTextAt(content, `${path}.content`) ?? '');
    text.add(maybeTextAt(refusal, `${path}.refusal`) ?? '');
    for (const [index, call] of listAt(tool_calls, `${path}.tool_calls`).entries()) {
      readCall(objectAt(call, `${path}.tool_calls[${index}]`), `${path}.tool_calls[${index}]`);
    }
  }

  function readPart({ type, text: said, thinking, ...more }: Fields, path: string): void {
    if (type === 'text') text.add(textAt(said, `${path}.text`));
    else if (type !== 'thinking') writer.keep({ [String(type)]: asJson(more) });
    else if (typeof thinking === 'string') writer.reasoning(thinking);
    else
      for (const piece of listAt(thinking, `${path}.thinking`))
        writer.reasoning(textAt(objectAt(piece, path)['text'], `${path}.thinking`));
  }

  function readCall({ index, id, function: called }: Fields, path: string): void {
    const { name, arguments: input } = objectAt(called ?? {}, `${path}.function`);
    const said = { index: countIn(index), id: maybeTextAt(id, `${path}.id`), name: maybeTextAt(name, `${path}.name`) };
    let key = placeOf(said);
    if (key < 0) {
      key = calls.push(said) - 1;
      text.end();
      writer.toolUse(key, { toolUseId: said.id || nextToolUseId(context.request, key), name: said.name ?? '' });
    }
    // A few write the arguments as the object that they are.
    const piece = isObject(input) ? JSON.stringify(input) : maybeTextAt(input, `${path}.function.arguments`);
    writer.toolInput(key, piece ?? '');
  }

  /** Which call goes on: by its number, by its id, or the last one. With a name and an id of its own, it is a new one. */
  function placeOf({ index, id, name }: Call): number {
    return calls.findLastIndex((call) => {
      if (id && name && call.id !== id) return false;
      if (index !== undefined) return call.index === index;
      return id ? call.id === id : !name;
    });
  }

  function count(usage: unknown): void {
    const figures = isObject(usage) ? usage : {};
    const names = { inputTokens: 'prompt_tokens', outputTokens: 'completion_tokens' } as const;
    const { inputTokens: prompt, ...output } = pickCounts(figures, names);
    const details = figures['prompt_tokens_details'];
    const cached = isObject(details) ? countIn(details['cached_tokens']) : undefined;
    // They count what was cached among what went in, and Converse counts it beside.
    const input = prompt !== undefined && { inputTokens: Math.max(prompt - (cached ?? 0), 0) };
    writer.count({ ...output, ...input, ...(cached !== undefined && { cacheReadInputTokens: cached }) });
  }

  return {
    read,
    get chosen() {
      return chosen;
    },
    take: writer.take,
    /** The end. `otherwise`: why a whole reply stopped that does not say so. */
    end(otherwise: StopReason | undefined) {
      text.end();
      if (writer.stopReason === undefined && otherwise !== undefined) writer.stop(otherwise);
      return writer.end();
    },
  };
}
