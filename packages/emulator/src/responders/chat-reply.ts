import {
  type ContentBlock,
  type ContentBlockDelta,
  type ConverseResponse,
  type ConverseStreamEvent,
  type JsonValue,
  usageOf,
} from '@outcrop/converse';
import type { EmulatedCall } from '../call.ts';
import { inputTokensOf, tokensIn } from '../tokens.ts';

type ToolCall = { index?: number; id?: string; function?: { name?: string; arguments?: unknown } };
// Servers differ in what they take for a text: it is looked at before it goes on.
type Said = { content?: unknown; reasoning_content?: unknown; tool_calls?: ToolCall[] | null };
type Usage = { prompt_tokens?: unknown; completion_tokens?: unknown };

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
  if (!message) throw new TypeError('it holds no choices[0].message.');
  const { tool_calls } = message;
  const content = textOf(message.content);
  const reasoning = textOf(message.reasoning_content);
  const toolUses = (tool_calls ?? []).map(({ id = '', function: { name = '', arguments: json } = {} }) => ({
    toolUse: { toolUseId: id, name, input: JSON.parse(argumentsOf(json) || '{}') as JsonValue },
  }));
  const blocks: ContentBlock[] = [
    ...(reasoning ? [{ reasoningContent: { reasoningText: { text: reasoning } } }] : []),
    ...(content ? [{ text: content }] : []),
    ...toolUses,
  ];
  return {
    output: { message: { role: 'assistant', content: blocks } },
    stopReason: stopReasonOf(finish_reason, toolUses.length > 0),
    ...(usage && { usage: usageFrom(usage) }),
  };
}

/** A text, or the texts of a list of parts. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw new TypeError('its content is no text.');
  return value.map((part) => textOf(Object(part).text)).join('');
}

/** The arguments of a tool call as JSON, which some servers have read already. */
function argumentsOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Some servers say that they stop where they call a tool. */
function stopReasonOf(reason: unknown, hasToolUses: boolean): string {
  if (reason === 'stop' && hasToolUses) return 'tool_use';
  return stopReasons[String(reason)] ?? String(reason);
}

/** The events of a streamed one, from the data of its events, as they come. */
export async function* chatEvents(
  datas: AsyncIterable<string>,
  { now, request }: Pick<EmulatedCall, 'now' | 'request'>,
): AsyncGenerator<ConverseStreamEvent> {
  const startedAt = now();
  let outputTokens = 0;
  let hasToolUses = false;
  let toolUseId: string | undefined;
  let contentBlockIndex = -1;
  let open: string | undefined;
  let finishReason: unknown;
  let usage: Usage | undefined;

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

  function delta(delta: ContentBlockDelta): ConverseStreamEvent {
    outputTokens += tokensIn(delta);
    return { contentBlockDelta: { contentBlockIndex, delta } };
  }

  function* said({ content, reasoning_content, tool_calls }: Said): Generator<ConverseStreamEvent> {
    const reasoning = textOf(reasoning_content);
    if (reasoning) {
      yield* begin('reasoning');
      yield delta({ reasoningContent: { text: reasoning } });
    }
    const text = textOf(content);
    if (text) {
      yield* begin('text');
      yield delta({ text });
    }
    for (const { index = 0, id, function: called = {} } of tool_calls ?? []) {
      // Some servers number none of them: then it is another id that begins another call.
      const isNew = open !== `tool ${index}` || (Boolean(id) && id !== toolUseId);
      if (isNew) {
        yield* end();
        yield* begin(`tool ${index}`);
        toolUseId = id || `call_${contentBlockIndex}`;
        hasToolUses = true;
        yield { contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name: called.name ?? '' } } } };
      }
      const input = argumentsOf(called.arguments);
      if (input) yield delta({ toolUse: { input } });
    }
  }

  yield { messageStart: { role: 'assistant' } };
  for await (const data of datas) {
    const chunk = Object(JSON.parse(data)) as ChatChunk;
    if (chunk.error) throw new TypeError('it broke off with an error.');
    const { delta, finish_reason } = chunk.choices?.[0] ?? {};
    if (delta) yield* said(delta);
    finishReason = finish_reason || finishReason;
    usage = chunk.usage ?? usage;
  }
  // Without a reason to stop it was cut, and so is this one.
  if (finishReason === undefined) return;
  yield* end();
  yield { messageStop: { stopReason: stopReasonOf(finishReason, hasToolUses) } };
  const latencyMs = Math.round(now() - startedAt);
  const counted = usage ? usageFrom(usage) : usageOf({ inputTokens: inputTokensOf(request), outputTokens });
  yield { metadata: { usage: counted, metrics: { latencyMs } } };
}

function usageFrom({ prompt_tokens, completion_tokens }: Usage) {
  return usageOf({ inputTokens: countOf(prompt_tokens), outputTokens: countOf(completion_tokens) });
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? Math.ceil(value) : 0;
}
