import {
  type ContentBlock,
  type ConverseResponse,
  type ConverseStreamEvent,
  type JsonValue,
  usageOf,
} from '@outcrop/converse';

type ToolCall = { index?: number; id?: string; function?: { name?: string; arguments?: string } };
type Said = { content?: string | null; reasoning_content?: string | null; tool_calls?: ToolCall[] | null };
type Usage = { prompt_tokens?: number; completion_tokens?: number };

/** A whole answer of OpenAI's chat completions, as far as it matters here. */
export type ChatCompletion = { choices?: { message?: Said; finish_reason?: string }[]; usage?: Usage | null };

/** A piece of a streamed one. */
type ChatChunk = { choices?: { delta?: Said; finish_reason?: string | null }[]; usage?: Usage | null; error?: unknown };

const stopReasons: Record<string, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'content_filtered',
};

/** The reply. Throws a TypeError if it is none. */
export function chatReply({ choices, usage }: ChatCompletion): Partial<ConverseResponse> {
  const { message, finish_reason = 'stop' } = choices?.[0] ?? {};
  if (message === undefined) throw new TypeError('it holds no choices[0].message.');
  const { content, reasoning_content, tool_calls } = message;
  const blocks: ContentBlock[] = [
    ...(reasoning_content ? [{ reasoningContent: { reasoningText: { text: reasoning_content } } }] : []),
    ...(content ? [{ text: content }] : []),
    ...(tool_calls ?? []).map(({ id = '', function: { name = '', arguments: json } = {} }) => ({
      toolUse: { toolUseId: id, name, input: JSON.parse(json || '{}') as JsonValue },
    })),
  ];
  return {
    output: { message: { role: 'assistant', content: blocks } },
    stopReason: stopReasons[finish_reason] ?? finish_reason,
    ...(usage && { usage: usageFrom(usage) }),
  };
}

/** The events of a streamed one, from the data of its events, as they come. */
export async function* chatEvents(
  datas: AsyncIterable<string>,
  now: () => number,
): AsyncGenerator<ConverseStreamEvent> {
  const startedAt = now();
  let contentBlockIndex = -1;
  let open: string | undefined;
  let stopReason: string | undefined;
  let usage: Usage = {};

  function* begin(key: string): Generator<ConverseStreamEvent> {
    if (open === key) return;
    yield* end();
    open = key;
    contentBlockIndex += 1;
  }

  function* end(): Generator<ConverseStreamEvent> {
    if (open !== undefined) yield { contentBlockStop: { contentBlockIndex } };
    open = undefined;
  }

  function* said({ content, reasoning_content, tool_calls }: Said): Generator<ConverseStreamEvent> {
    if (reasoning_content) {
      yield* begin('reasoning');
      yield { contentBlockDelta: { contentBlockIndex, delta: { reasoningContent: { text: reasoning_content } } } };
    }
    if (content) {
      yield* begin('text');
      yield { contentBlockDelta: { contentBlockIndex, delta: { text: content } } };
    }
    for (const { index = 0, id = `call_${index}`, function: called = {} } of tool_calls ?? []) {
      const isNew = open !== `tool ${index}`;
      yield* begin(`tool ${index}`);
      const toolUse = { toolUseId: id, name: called.name ?? '' };
      if (isNew) yield { contentBlockStart: { contentBlockIndex, start: { toolUse } } };
      const delta = { toolUse: { input: called.arguments ?? '' } };
      if (called.arguments) yield { contentBlockDelta: { contentBlockIndex, delta } };
    }
  }

  yield { messageStart: { role: 'assistant' } };
  for await (const data of datas) {
    const chunk = JSON.parse(data) as ChatChunk;
    if (chunk.error) throw new TypeError('it broke off with an error.');
    const { delta, finish_reason } = chunk.choices?.[0] ?? {};
    if (delta) yield* said(delta);
    if (finish_reason) stopReason = stopReasons[finish_reason] ?? finish_reason;
    usage = chunk.usage ?? usage;
  }
  // Without a reason to stop it was cut, and so is this one.
  if (stopReason === undefined) return;
  yield* end();
  yield { messageStop: { stopReason } };
  const latencyMs = Math.round(now() - startedAt);
  yield { metadata: { usage: usageFrom(usage), metrics: { latencyMs } } };
}

function usageFrom({ prompt_tokens = 0, completion_tokens = 0 }: Usage) {
  return usageOf({ inputTokens: prompt_tokens, outputTokens: completion_tokens });
}
