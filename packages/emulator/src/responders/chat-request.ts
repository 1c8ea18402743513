import type { ContentBlock, ConverseRequest, Message, ToolConfig, ToolResultContent } from '@outcrop/converse';
import { bedrockError } from '../errors.ts';

/** The request as OpenAI's chat completions have it. Throws a ValidationException for what they cannot say. */
export function chatRequest(request: ConverseRequest): object {
  const { messages = [], system = [], inferenceConfig = {}, toolConfig, outputConfig } = request;
  const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
  const prompt = system.flatMap(({ text }) => text ?? []).join('\n\n');
  const jsonSchema = outputConfig?.textFormat?.structure.jsonSchema;
  return {
    messages: [...(prompt === '' ? [] : [{ role: 'system', content: prompt }]), ...messages.flatMap(chatMessages)],
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stopSequences?.length && { stop: stopSequences }),
    ...(toolConfig && chatTools(toolConfig)),
    ...(jsonSchema && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: jsonSchema.name ?? 'answer', schema: parsed(jsonSchema.schema), strict: true },
      },
    }),
  };
}

function parsed(schema: string): unknown {
  try {
    return JSON.parse(schema);
  } catch {
    throw bedrockError('ValidationException', 'The JSON schema of outputConfig.textFormat is not JSON.');
  }
}

function chatTools({ tools, toolChoice }: ToolConfig): object {
  const functions = tools.flatMap(({ toolSpec }) => toolSpec ?? []);
  if (functions.length === 0) return {};
  return {
    tools: functions.map(({ name, description, inputSchema }) => ({
      type: 'function',
      function: { name, ...(description !== undefined && { description }), parameters: inputSchema.json },
    })),
    ...(toolChoice?.any && { tool_choice: 'required' }),
    ...(toolChoice?.tool && { tool_choice: { type: 'function', function: toolChoice.tool } }),
  };
}

/** Tool results are messages of their own there, and stand before what else was said. */
function chatMessages({ role, content }: Message): object[] {
  if (role !== 'user') return [{ role, ...assistantContent(content) }];
  const results = content
    .flatMap(({ toolResult }) => toolResult ?? [])
    .map((result) => ({
      role: 'tool',
      tool_call_id: result.toolUseId,
      content: result.content.map(resultText).join('\n'),
    }));
  const parts = content.flatMap(partOf);
  return [...results, ...(parts.length > 0 ? [{ role, content: parts }] : [])];
}

function assistantContent(content: ContentBlock[]): object {
  const text = content.map((block) => block.text ?? citedText(block)).join('');
  const calls = content.flatMap(({ toolUse }) => toolUse ?? []);
  return {
    content: text === '' && calls.length > 0 ? null : text,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ toolUseId, name, input }) => ({
        id: toolUseId,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
  };
}

function citedText({ citationsContent }: ContentBlock): string {
  return (citationsContent?.content ?? []).map(({ text }) => text).join('');
}

const textFormats = ['txt', 'md', 'csv', 'html'];

function partOf(block: ContentBlock): object[] {
  if (block.text !== undefined) return [{ type: 'text', text: block.text }];
  if (block.image?.source.bytes) {
    const base64 = Buffer.from(block.image.source.bytes).toString('base64');
    return [{ type: 'image_url', image_url: { url: `data:image/${block.image.format};base64,${base64}` } }];
  }
  if (block.document) {
    const { name, format = 'txt', source } = block.document;
    const { text, content, bytes } = source;
    if (text !== undefined) return [documentPart(name, text)];
    if (content) return [documentPart(name, content.map((piece) => piece.text).join('\n'))];
    if (bytes && textFormats.includes(format)) return [documentPart(name, new TextDecoder().decode(bytes))];
  }
  if (block.searchResult) {
    return [documentPart(block.searchResult.title, block.searchResult.content.map(({ text }) => text).join('\n'))];
  }
  if (block.toolResult || block.cachePoint) return [];
  const [kind = 'unknown'] = Object.keys(block);
  throw bedrockError('ValidationException', `The upstream model takes no ${kind} block of this kind.`);
}

function documentPart(name: string, text: string): object {
  return { type: 'text', text: `[${name}]\n${text}` };
}

function resultText({ text, json }: ToolResultContent): string {
  if (text !== undefined) return text;
  if (json !== undefined) return JSON.stringify(json);
  throw bedrockError('ValidationException', 'The upstream model takes text and JSON in tool results only.');
}
