import type { ContentBlock, ConverseRequest, Message, ToolResultBlock, ToolUseBlock, Warning } from '@outcrop/converse';
import { base64Of } from '../base64.ts';
import type { JsonObject } from '../fields.ts';
import { unsupported } from '../refuse.ts';
import { cachePointDropped, citedText, imageOf, keyOf, reasoningDropped, resultText, systemText } from '../turns.ts';

/** The conversation as chat completions have it: the system prompt first, each tool's result as a message of its own. */
export function messagesOf(
  { system = [], messages = [] }: ConverseRequest,
  format: string,
  warnings: Warning[],
): JsonObject[] {
  const prompt = systemText(system, format, warnings);
  const first = prompt === undefined ? [] : [{ role: 'system', content: prompt }];
  return [
    ...first,
    ...messages.flatMap((message, index) => writeMessage(message, `messages[${index}]`, format, warnings)),
  ];
}

function writeMessage({ role, content }: Message, path: string, format: string, warnings: Warning[]): JsonObject[] {
  const results: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const parts: JsonObject[] = [];
  for (const [index, block] of content.entries()) {
    const at = `${path}.content[${index}]`;
    if (block.toolResult) results.push(resultOf(block.toolResult, `${at}.toolResult`, format));
    else if (block.toolUse) calls.push(callOf(block.toolUse));
    else if (block.reasoningContent) warnings.push(reasoningDropped(format, at));
    else if (block.cachePoint) warnings.push(cachePointDropped(format, `${at}.cachePoint`));
    else parts.push(partOf(block, at, format, warnings));
  }
  if (calls.length === 0 && parts.length === 0) return results;
  const said = { role, content: contentOf(parts) };
  return [...results, calls.length > 0 ? { ...said, tool_calls: calls } : said];
}

/** Text alone is written as text, which every model takes. */
function contentOf(parts: JsonObject[]): string | JsonObject[] {
  return parts.every(({ type }) => type === 'text') ? parts.map(({ text }) => text).join('\n\n') : parts;
}

function partOf(block: ContentBlock, path: string, format: string, warnings: Warning[]): JsonObject {
  const { text, image, audio, citationsContent } = block;
  if (text !== undefined) return { type: 'text', text };
  if (citationsContent) return { type: 'text', text: citedText(citationsContent, path, warnings) };
  if (image) {
    const url = `data:image/${image.format};base64,${imageOf(image, format, `${path}.image`)}`;
    return { type: 'image_url', image_url: { url } };
  }
  if (audio?.source.bytes && format === 'openai_chat') {
    return { type: 'input_audio', input_audio: { data: base64Of(audio.source.bytes), format: audio.format } };
  }
  throw unsupported(format, keyOf(block), `${path}.${keyOf(block)}`);
}

function callOf({ toolUseId, name, input }: ToolUseBlock): JsonObject {
  return { id: toolUseId, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

function resultOf({ toolUseId, content }: ToolResultBlock, path: string, format: string): JsonObject {
  return { role: 'tool', tool_call_id: toolUseId, content: resultText(content, format, path) };
}
