import type { ConverseResponse, ConverseStreamEvent, StopReason } from '@outcrop/converse';
import type { InvokeReplyContext, InvokeStream } from '../format.ts';
import { type Fields, malformed, maybeTextAt, objectAt } from '../read-body.ts';
import { createReplyWriter, foldReply, type ReplyWriter } from '../reply-writer.ts';
import { throwServiceError } from '../service-error.ts';
import { stopReasonIn } from '../stop-reason.ts';
import { deltaEvents, startEvents } from './reply-blocks.ts';
import { countsOf } from './usage.ts';

const stopReasons: { readonly [reason: string]: StopReason } = {
  end_turn: 'end_turn',
  max_tokens: 'max_tokens',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_use',
  refusal: 'content_filtered',
  // The model has more to say once it gets its own turn back. Converse has no word for that.
  pause_turn: 'end_turn',
  model_context_window_exceeded: 'model_context_window_exceeded',
};

/** What Converse drops of a reply, or says in its own words. The rest is kept. */
const known: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'usage',
]);

/** A whole message, read as the stream that it would have been. */
export function decodeMessage(body: unknown, context: InvokeReplyContext): ConverseResponse {
  const message = objectAt(body, '');
  throwServiceError(message);
  const { content } = message;
  if (!Array.isArray(content)) throw malformed('content', 'it should be the list of blocks, and it is missing');
  const writer = createReplyWriter(context);
  readFields(message, writer);
  const blocks = content.flatMap((value, index) => [
    ...startEvents(index, objectAt(value, `content[${index}]`)),
    { contentBlockStop: { contentBlockIndex: index } },
  ]);
  return foldReply([...writer.take(), ...blocks, ...ending(writer)]);
}

/** Anthropic's events, one a chunk. */
export function decodeMessageStream(context: InvokeReplyContext): InvokeStream {
  const writer = createReplyWriter(context);
  let stopped = false;

  function read(chunk: Fields): ConverseStreamEvent[] {
    const { type, index, message, content_block, delta, usage } = chunk;
    if (type === 'content_block_delta') return deltaEvents(indexIn(index), objectAt(delta, 'delta'));
    if (type === 'content_block_start') return startEvents(indexIn(index), objectAt(content_block, 'content_block'));
    if (type === 'content_block_stop') return [{ contentBlockStop: { contentBlockIndex: indexIn(index) } }];
    if (type === 'message_start') readFields(objectAt(message, 'message'), writer);
    else if (type === 'message_delta') readFields({ ...objectAt(delta, 'delta'), usage }, writer);
    else if (type === 'message_stop') stopped = true;
    // Whoever says `ping` keeps the line open. What else is new is the fold's to report.
    else if (type !== 'ping') return [chunk as unknown as ConverseStreamEvent];
    return [];
  }

  return {
    add(value) {
      const chunk = objectAt(value, '');
      throwServiceError(chunk);
      writer.added(chunk);
      return [...writer.take(), ...read(chunk)];
    },
    end: () => (stopped ? ending(writer) : []),
  };
}

function indexIn(index: unknown): number {
  if (typeof index === 'number' && Number.isSafeInteger(index) && index >= 0) return index;
  throw malformed('index', 'it should be the number of a block');
}

/** What a message says of itself: at its start, at its end, or as a whole. */
function readFields({ usage, ...fields }: Fields, writer: ReplyWriter): void {
  writer.count(countsOf(usage));
  writer.native(fields, known);
  const reason = maybeTextAt(fields['stop_reason'], 'stop_reason');
  if (reason === undefined) return;
  const said = stopReasonIn(stopReasons, reason);
  writer.stop(said);
  if (said !== reason) writer.keep({ stop_reason: reason });
}

function ending(writer: ReplyWriter): ConverseStreamEvent[] {
  if (writer.stopReason === undefined) writer.stop('unknown');
  return writer.end();
}
