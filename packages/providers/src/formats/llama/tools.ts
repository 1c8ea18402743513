import type { Warning } from '@outcrop/converse';
import type { InvokeReplyContext } from '../format.ts';
import { heldBack } from '../reasoning-tags.ts';
import type { ReplyWriter } from '../reply-writer.ts';
import type { TextSplitter, ToolsInText } from '../text-format.ts';
import { nextToolUseId, toolNames } from '../tool-ids.ts';
import { refuseToolChoice, toolSpecsOf } from '../tool-specs.ts';
import { parseCalls } from './calls.ts';

/** The tools of a Llama template: declared in the system prompt, called in the text, answered as `ipython`. */
export function createLlamaTools(format: string, callToken: string): ToolsInText {
  return {
    declare({ toolConfig }, warnings) {
      if (!toolConfig) return undefined;
      refuseToolChoice(toolConfig, format);
      const functions = toolSpecsOf(toolConfig, format, warnings).map(({ name, description, inputSchema }) =>
        JSON.stringify({ type: 'function', function: { name, description, parameters: inputSchema.json } }),
      );
      return [instructions, ...functions].join('\n\n');
    },
    writeCalls: (text, calls) =>
      (callToken === '' && text !== '' ? `${text}\n\n` : text + callToken) + calls.join('; '),
    split: splitCalls,
  };
}

const instructions = `You have the functions below. Call one where it helps to answer, and answer in words where none does.
A call is a JSON object and nothing else: {"name": the function's name, "parameters": an object with its arguments}. Put a semicolon between several. Arguments are values, never variables.`;

// What a call begins with, in the forms that these models were taught.
const openings = ['<|python_tag|>', '<|python_start|>', '<function=', '{', '['];
const tag = '<|python_tag|>';

/** Streams words at once, and keeps back what may be a call until it is known to be one. */
function splitCalls(writer: ReplyWriter, { request, warn }: InvokeReplyContext): TextSplitter {
  let held = '';
  let at: 'start' | 'text' | 'call' = 'start';

  function add(piece: string): void {
    held += piece;
    if (at === 'start') {
      const rest = held.trimStart();
      if (openings.some((opening) => rest.startsWith(opening))) at = 'call';
      else if (!openings.some((opening) => opening.startsWith(rest))) at = 'text';
    }
    if (at !== 'text') return;
    const found = held.indexOf(tag);
    const end = found < 0 ? held.length - heldBack(held, tag) : found;
    writer.text(held.slice(0, end));
    held = held.slice(end);
    if (found >= 0) at = 'call';
  }

  function end(): void {
    // What was cut is text: nobody may run half a call.
    const isWhole = at === 'call' && writer.stopReason !== undefined;
    const warnings: Warning[] = [];
    const calls = isWhole ? parseCalls(held, toolNames(request), warnings) : undefined;
    for (const warning of warnings) warn?.(warning);
    if (calls === undefined) writer.text(held);
    for (const [index, { name, input }] of calls?.entries() ?? []) {
      writer.toolUse(index, { toolUseId: nextToolUseId(request, index), name });
      writer.toolInput(index, JSON.stringify(input));
    }
    if (calls && writer.stopReason === 'end_turn') writer.stop('tool_use');
  }

  return { add, end };
}
