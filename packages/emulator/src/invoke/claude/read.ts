import {
  type ContentBlock,
  type ConverseRequest,
  documentName,
  type ImageFormat,
  type JsonValue,
  type Message,
  type SystemBlock,
  type Tool,
  type ToolResultContent,
} from '@outcrop/converse';
import { bytesOf } from '../bytes.ts';
import { present } from '../present.ts';
import type { Checked } from '../schema.ts';
import type { claudeBody } from './body.ts';

type Body = Checked<ReturnType<typeof claudeBody>>;
type Block = Exclude<Body['messages'][number]['content'], string>[number];

/** What a body of Claude's Messages asks for. */
export function readBody(body: Body): ConverseRequest {
  const { max_tokens: maxTokens, temperature, top_p: topP, stop_sequences: stopSequences, output_config } = body;
  const { top_k, thinking, anthropic_beta, context_management, metadata } = body;
  const names: string[] = [];
  const tools = (body.tools ?? []).filter(isCustom);
  const providerTools = (body.tools ?? []).filter((tool) => !isCustom(tool));
  const own = { top_k, thinking, anthropic_beta, context_management, metadata };
  const fields = present(providerTools.length > 0 ? { ...own, tools: providerTools } : own);
  const { effort, format } = output_config ?? {};
  return present({
    messages: body.messages.map(({ role, content }): Message => {
      return { role, content: blocksOf(content).flatMap((block) => readBlock(block, names)) };
    }),
    system: body.system === undefined ? undefined : readSystem(body.system),
    inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
    // A call that may use no tool is one without tools.
    toolConfig:
      tools.length > 0 && body.tool_choice?.type !== 'none'
        ? present({ tools: tools.flatMap(readTool), toolChoice: readChoice(body.tool_choice) })
        : undefined,
    outputConfig:
      output_config &&
      present({
        effort,
        textFormat: format && {
          type: 'json_schema' as const,
          structure: { jsonSchema: { schema: JSON.stringify(format.schema) } },
        },
      }),
    additionalModelRequestFields: Object.keys(fields).length > 0 ? (fields as JsonValue) : undefined,
  });
}

function readSystem(system: NonNullable<Body['system']>): SystemBlock[] {
  if (typeof system === 'string') return [{ text: system }];
  return system.flatMap(({ text, cache_control }): SystemBlock[] => [{ text }, ...cachePoint(cache_control)]);
}

function blocksOf(content: Body['messages'][number]['content']): Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function readBlock(block: Block, names: string[]): ContentBlock[] {
  switch (block.type) {
    case 'tool_use': {
      const { id: toolUseId, name, input } = block;
      return [{ toolUse: { toolUseId, name, input: input as JsonValue } }, ...cachePoint(block.cache_control)];
    }
    case 'tool_result': {
      const { tool_use_id: toolUseId, content = [], is_error } = block;
      const pieces = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
      const result = { toolUseId, content: pieces.flatMap((piece) => readPiece(piece, names)) };
      return [
        { toolResult: is_error ? { ...result, status: 'error' as const } : result },
        ...cachePoint(block.cache_control),
      ];
    }
    case 'thinking':
      return [{ reasoningContent: { reasoningText: { text: block.thinking, signature: block.signature } } }];
    case 'redacted_thinking':
      return [{ reasoningContent: { redactedContent: bytesOf(block.data) } }];
    default:
      return [...readPiece(block, names), ...cachePoint(block.cache_control)];
  }
}

type Piece = Extract<Block, { type: 'text' | 'image' | 'document' | 'search_result' }>;

function readPiece(piece: Piece, names: string[]): (ContentBlock & ToolResultContent)[] {
  switch (piece.type) {
    case 'text':
      return [{ text: piece.text }];
    case 'image': {
      const { media_type, data } = piece.source;
      const format = media_type.slice('image/'.length) as ImageFormat;
      return [{ image: { format, source: { bytes: bytesOf(data) } } }];
    }
    case 'document': {
      const { title, context, citations } = piece;
      const name = documentName(title ?? 'Document', names);
      names.push(name);
      const asked = { name, context, citations: citations && { enabled: citations.enabled ?? false } };
      return [{ document: present({ ...asked, ...readDocument(piece.source) }) }];
    }
    case 'search_result': {
      const { source, title, content, citations } = piece;
      const texts = content.map(({ text }) => ({ text }));
      const asked = citations && { enabled: citations.enabled ?? false };
      return [{ searchResult: present({ source, title, content: texts, citations: asked }) }];
    }
  }
}

function readDocument(source: Extract<Piece, { type: 'document' }>['source']) {
  switch (source.type) {
    case 'base64':
      return { format: 'pdf' as const, source: { bytes: bytesOf(source.data) } };
    case 'text':
      return { format: 'txt' as const, source: { text: source.data } };
    case 'content': {
      const { content } = source;
      const texts =
        typeof content === 'string' ? [content] : content.flatMap((each) => ('text' in each ? each.text : []));
      return { source: { content: texts.map((text) => ({ text })) } };
    }
  }
}

type CacheControl = { ttl?: '5m' | '1h' | undefined };

function cachePoint(control: CacheControl | undefined) {
  return control ? [{ cachePoint: present({ type: 'default' as const, ttl: control.ttl }) }] : [];
}

type CustomTool = NonNullable<Body['tools']>[number];

function isCustom(tool: { type?: string }): tool is CustomTool {
  return tool.type === undefined || tool.type === 'custom';
}

function readTool({ name, description, input_schema, strict, cache_control }: CustomTool): Tool[] {
  const inputSchema = { json: input_schema as JsonValue };
  return [{ toolSpec: present({ name, description, inputSchema, strict }) }, ...cachePoint(cache_control)];
}

function readChoice(choice: Body['tool_choice']) {
  if (choice?.type === 'tool') return { tool: { name: choice.name } };
  if (choice?.type === 'any') return { any: {} };
  return choice?.type === 'auto' ? { auto: {} } : undefined;
}
