import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseResponse,
  ConverseStreamEvent,
  StopReason,
} from '@outcrop/converse';
import { pickCounts } from '../counts.ts';
import type { InvokeReplyContext, InvokeStream } from '../format.ts';
import { asJson, type Fields, listAt, malformed, maybeTextAt, objectAt, textAt } from '../read-body.ts';
import { createReplyWriter, foldReply, type ReplyWriter } from '../reply-writer.ts';
import { throwServiceError } from '../service-error.ts';
import { stopReasonIn } from '../text-format.ts';
import { citationIn } from './citations.ts';
import { bytesOf } from './redacted.ts';

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
  const reply = createMessageReader(context);
  for (const [index, value] of listAt(message['content'] ?? missing(), 'content').entries()) {
    const block = objectAt(value, `content[${index}]`);
    reply.start(index, block);
    for (const [at, citation] of listAt(block['citations'], `content[${index}].citations`).entries()) {
      reply.citation(index, objectAt(citation, `content[${index}].citations[${at}]`));
    }
    reply.stopBlock(index);
  }
  reply.fields(message);
  return foldReply(reply.end('unknown'));
}

function missing(): never {
  throw malformed('content', 'it should be a list, and it is missing');
}

/** Anthropic's events, one a chunk. */
export function decodeMessageStream(context: InvokeReplyContext): InvokeStream {
  const reply = createMessageReader(context);
  let stopped = false;

  function read(chunk: Fields): void {
    throwServiceError(chunk);
    const { type, index, message, content_block, delta, usage } = chunk;
    if (type === 'message_start') reply.fields(objectAt(message, 'message'));
    else if (type === 'content_block_start') reply.start(indexIn(index), objectAt(content_block, 'content_block'));
    else if (type === 'content_block_delta') reply.delta(indexIn(index), objectAt(delta, 'delta'));
    else if (type === 'content_block_stop') reply.stopBlock(indexIn(index));
    else if (type === 'message_delta') reply.fields({ ...objectAt(delta, 'delta'), usage });
    else if (type === 'message_stop') stopped = true;
    // Whoever holds the line open says nothing. What else is new is the reader's to report.
    else if (type !== 'ping') reply.unknown(chunk);
    reply.added(chunk);
  }

  return {
    add(chunk) {
      read(objectAt(chunk, ''));
      return reply.take();
    },
    end: () => (stopped ? reply.end('unknown') : reply.take()),
  };
}

function indexIn(index: unknown): number {
  if (typeof index === 'number' && Number.isSafeInteger(index) && index >= 0) return index;
  throw malformed('index', 'it should be the number of a block');
}

function createMessageReader(context: InvokeReplyContext) {
  const writer: ReplyWriter = createReplyWriter(context);
  const events: ConverseStreamEvent[] = writer.take();

  function start(contentBlockIndex: number, begun: ContentBlockStart): void {
    events.push({ contentBlockStart: { contentBlockIndex, start: begun } });
  }

  function delta(contentBlockIndex: number, piece: ContentBlockDelta): void {
    events.push({ contentBlockDelta: { contentBlockIndex, delta: piece } });
  }

  const starts: { readonly [type: string]: (index: number, block: Fields) => void } = {
    text: (index, { text }) => texted(index, text, 'text'),
    thinking: (index, { thinking, signature }) => {
      thought(index, 'text', thinking);
      thought(index, 'signature', signature);
    },
    redacted_thinking: (index, { data }) => {
      delta(index, { reasoningContent: { redactedContent: bytesOf(textAt(data, 'redacted_thinking.data')) } });
    },
    tool_use: called,
    server_tool_use: called,
  };

  function called(index: number, { id, name, input, type }: Fields): void {
    const toolUse = { toolUseId: textAt(id, `${type}.id`), name: textAt(name, `${type}.name`) };
    start(index, { toolUse: type === 'tool_use' ? toolUse : { ...toolUse, type: 'server_tool_use' } });
    // A stream begins a call with an empty object, and its pieces follow.
    const whole = input === undefined || input === null ? '{}' : JSON.stringify(input);
    if (whole !== '{}') delta(index, { toolUse: { input: whole } });
  }

  function answered(index: number, { type, tool_use_id, ...own }: Fields): void {
    start(index, { toolResult: { toolUseId: textAt(tool_use_id, `${type}.tool_use_id`), type: textAt(type, 'type') } });
    delta(index, { toolResult: [{ json: asJson(own) }] });
  }

  function texted(index: number, text: unknown, path: string): void {
    const piece = maybeTextAt(text, path);
    if (piece) delta(index, { text: piece });
  }

  function thought(index: number, part: 'text' | 'signature', text: unknown): void {
    const piece = maybeTextAt(text, `thinking.${part}`);
    if (piece) delta(index, { reasoningContent: part === 'text' ? { text: piece } : { signature: piece } });
  }

  const deltas: { readonly [type: string]: (index: number, piece: Fields) => void } = {
    text_delta: (index, { text }) => texted(index, text, 'delta.text'),
    input_json_delta: (index, { partial_json }) => {
      const input = maybeTextAt(partial_json, 'delta.partial_json');
      if (input) delta(index, { toolUse: { input } });
    },
    thinking_delta: (index, { thinking }) => thought(index, 'text', thinking),
    signature_delta: (index, { signature }) => thought(index, 'signature', signature),
    citations_delta: (index, { citation }) =>
      delta(index, { citation: citationIn(objectAt(citation, 'delta.citation'), 'delta.citation') }),
  };

  return {
    start(index: number, block: Fields) {
      const type = textAt(block['type'], `content[${index}].type`);
      const read = Object.hasOwn(starts, type) ? starts[type] : undefined;
      if (read) read(index, block);
      else if (typeof block['tool_use_id'] === 'string') answered(index, block);
      else start(index, { [type]: block } as unknown as ContentBlockStart);
    },
    delta(index: number, piece: Fields) {
      const type = textAt(piece['type'], 'delta.type');
      const read = Object.hasOwn(deltas, type) ? deltas[type] : undefined;
      if (read) read(index, piece);
      else delta(index, { [type]: piece } as unknown as ContentBlockDelta);
    },
    citation(index: number, citation: Fields) {
      delta(index, { citation: citationIn(citation, 'citations') });
    },
    stopBlock(contentBlockIndex: number) {
      events.push({ contentBlockStop: { contentBlockIndex } });
    },
    /** What it says of itself, such as how it ended. The fields that Converse has no words for are kept. */
    fields({ usage, ...fields }: Fields) {
      count(usage);
      const reason = maybeTextAt(fields['stop_reason'], 'stop_reason');
      if (reason !== undefined) {
        const said = stopReasonIn(stopReasons, reason);
        writer.stop(said);
        if (said !== reason) writer.keep({ stop_reason: reason });
      }
      writer.native(fields, known);
    },
    added: writer.added,
    unknown(chunk: Fields) {
      events.push(chunk as unknown as ConverseStreamEvent);
    },
    take() {
      return events.splice(0);
    },
    /** The end of a message that is whole. */
    end(reason: StopReason) {
      if (writer.stopReason === undefined) writer.stop(reason);
      return [...events.splice(0), ...writer.end()];
    },
  };

  function count(usage: unknown): void {
    if (usage === undefined || usage === null) return;
    const figures = objectAt(usage, 'usage');
    writer.count(pickCounts(figures, counts));
    const created = figures['cache_creation'];
    if (created === undefined || created === null) return;
    const byTtl = pickCounts(objectAt(created, 'usage.cache_creation'), {
      inputTokens: 'ephemeral_1h_input_tokens',
      outputTokens: 'ephemeral_5m_input_tokens',
    });
    const cacheDetails = [
      { ttl: '1h' as const, inputTokens: byTtl.inputTokens ?? 0 },
      { ttl: '5m' as const, inputTokens: byTtl.outputTokens ?? 0 },
    ].filter(({ inputTokens }) => inputTokens > 0);
    if (cacheDetails.length > 0) writer.count({ cacheDetails });
  }
}

const counts = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadInputTokens: 'cache_read_input_tokens',
  cacheWriteInputTokens: 'cache_creation_input_tokens',
} as const;
