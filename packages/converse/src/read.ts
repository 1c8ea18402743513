import type { Citation, Message, ToolUseBlock } from './content.ts';
import type { JsonValue } from './one-of.ts';
import type { PartialResponse } from './reply.ts';

/** What the readers read: a reply, what came of one that broke, or a message of the history. */
export type Readable = Message | PartialResponse;

/**
 * The text of a reply or a message: its text blocks and its cited text, in order; `''` if there is none. Nothing is put
 * between them, unless `join` says what.
 *
 * @example
 * ```ts
 * import { textOf } from '@outcrop/converse';
 *
 * textOf({ role: 'assistant', content: [{ text: 'Granite ' }, { text: 'is igneous.' }] }); // 'Granite is igneous.'
 * ```
 */
export function textOf(from: Readable, { join = '' }: { join?: string } = {}): string {
  const texts = messageOf(from).content.flatMap(({ text, citationsContent }) => {
    if (text !== undefined) return [text];
    if (citationsContent) return [(citationsContent.content ?? []).map((piece) => piece.text).join('')];
    return [];
  });
  return texts.join(join);
}

/** A tool call that may be run: its input is a whole JSON object. */
export type RunnableToolUse = Omit<ToolUseBlock, 'input' | 'type'> & { input: { [key: string]: JsonValue } };

/**
 * The tool calls that may be run. A call is left out if it did not arrive whole, if the provider runs it itself, or
 * if the reply broke off or was cut (`max_tokens`, a filter, a guardrail): then even a whole call may not be all
 * that the model meant to ask for.
 *
 * @example
 * ```ts
 * import { type ConverseResponse, type Message, toolUsesOf } from '@outcrop/converse';
 *
 * function answerTools(reply: ConverseResponse, weatherOf: (city: string) => string): Message {
 *   const results = toolUsesOf(reply).map(({ toolUseId, input }) => ({
 *     toolResult: { toolUseId, content: [{ text: weatherOf(String(input['city'])) }] },
 *   }));
 *   return { role: 'user', content: results };
 * }
 * ```
 */
export function toolUsesOf(from: Readable): RunnableToolUse[] {
  const incomplete = new Set<number>();
  if ('output' in from) {
    if (from.stopReason === undefined || cutShort.has(from.stopReason)) return [];
    for (const { contentIndex } of from.incomplete ?? []) incomplete.add(contentIndex);
  }
  return messageOf(from).content.flatMap(({ toolUse }, index) => {
    if (!toolUse || toolUse.type !== undefined || incomplete.has(index)) return [];
    const { toolUseId, name, input } = toolUse;
    // Of a message alone, what is missing is all that tells that a call did not arrive whole.
    return toolUseId && name && isObject(input) ? [{ toolUseId, name, input }] : [];
  });
}

const cutShort: ReadonlySet<string> = new Set([
  'max_tokens',
  'model_context_window_exceeded',
  'malformed_tool_use',
  'malformed_model_output',
  'content_filtered',
  'guardrail_intervened',
]);

/** What the model thought, as far as it may be read; `''` if it is redacted or there is none. */
export function reasoningOf(from: Readable): string {
  return messageOf(from)
    .content.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? '')
    .join('');
}

/** All sources that the text names, in the order of the text. */
export function citationsOf(from: Readable): Citation[] {
  return messageOf(from).content.flatMap(({ citationsContent }) => citationsContent?.citations ?? []);
}

function messageOf(from: Readable): Message {
  return 'output' in from ? from.output.message : from;
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
