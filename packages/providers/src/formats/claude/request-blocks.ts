import type {
  ContentBlock,
  DocumentBlock,
  JsonValue,
  SearchResultBlock,
  ToolResultBlock,
  ToolResultContent,
  Warning,
} from '@outcrop/converse';
import { base64Of } from '../base64.ts';
import { type JsonObject, present } from '../fields.ts';
import { isObject } from '../read-body.ts';
import { invalid, unsupported } from '../refuse.ts';
import { imageOf, keyOf } from '../turns.ts';
import { citationsOf } from './citations.ts';
import { dataOf } from './redacted.ts';

export const format = 'claude_messages';

/** A block of a message as Claude has it. One of a kind that nobody here knows goes through under its own name. */
export function blockOf(block: ContentBlock, path: string, warnings: Warning[]): JsonObject {
  const key = keyOf(block);
  const at = `${path}.${key}`;
  if (block.text !== undefined) return { type: 'text', text: block.text };
  if (block.image) return imageBlock(block.image, at);
  if (block.document) return documentBlock(block.document, at);
  if (block.searchResult) return searchBlock(block.searchResult);
  if (block.toolUse) {
    const { toolUseId, name, input, type = 'tool_use' } = block.toolUse;
    return { type, id: toolUseId, name, input };
  }
  if (block.toolResult) return resultBlock(block.toolResult, at);
  if (block.reasoningContent) {
    const { reasoningText, redactedContent } = block.reasoningContent;
    if (redactedContent) return { type: 'redacted_thinking', data: dataOf(redactedContent) };
    return present({ type: 'thinking', thinking: reasoningText?.text, signature: reasoningText?.signature });
  }
  if (block.citationsContent) {
    const { content = [], citations = [] } = block.citationsContent;
    const cited = citationsOf(citations, at, warnings);
    return {
      type: 'text',
      text: content.map(({ text }) => text).join(''),
      ...(cited.length > 0 && { citations: cited }),
    };
  }
  const value: unknown = block[key as keyof ContentBlock];
  if (knownElsewhere.has(key) || !isObject(value)) throw unsupported(format, key, at);
  return { type: key, ...(value as JsonObject) };
}

const knownElsewhere: ReadonlySet<string> = new Set(['video', 'audio', 'guardContent', 'toolAddition', 'toolRemoval']);

function imageBlock(image: NonNullable<ContentBlock['image']>, path: string): JsonObject {
  return { type: 'image', source: base64Source(`image/${image.format}`, imageOf(image, format, path)) };
}

function base64Source(mediaType: string, data: string): JsonObject {
  return { type: 'base64', media_type: mediaType, data };
}

function documentBlock({ name, format: kind, source, context, citations }: DocumentBlock, path: string): JsonObject {
  return present({
    type: 'document',
    source: documentSource(kind, source, path),
    title: name,
    context,
    citations: citations && { enabled: citations.enabled },
  });
}

const textKinds: ReadonlySet<unknown> = new Set(['txt', 'md', 'csv', 'html']);

function documentSource(
  kind: DocumentBlock['format'],
  { bytes, text, content, s3Location }: DocumentBlock['source'],
  path: string,
): JsonObject {
  if (text !== undefined) return textSource(text);
  if (content) return { type: 'content', content: content.map((piece) => ({ type: 'text', text: piece.text })) };
  if (s3Location) throw unsupported(format, 's3Location', `${path}.source.s3Location`);
  if (!bytes) throw invalid(`${path}.source`, 'a document has bytes, a text, a list of texts or an object in S3');
  if (kind === 'pdf') return base64Source('application/pdf', base64Of(bytes));
  if (textKinds.has(kind)) return textSource(new TextDecoder().decode(bytes));
  if (kind === undefined) throw invalid(`${path}.format`, 'the bytes of a document need a format beside them');
  throw unsupported(format, 'document', path, `takes pdf, txt, md, csv and html, and this is ${kind}`);
}

function textSource(data: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data };
}

function searchBlock({ source, title, content, citations }: SearchResultBlock): JsonObject {
  const texts = content.map(({ text }) => ({ type: 'text', text }));
  return present({
    type: 'search_result',
    source,
    title,
    content: texts,
    citations: citations && { enabled: citations.enabled },
  });
}

function resultBlock({ toolUseId, content, status, type }: ToolResultBlock, path: string): JsonObject {
  // What a tool of the provider answered came as one object of its own, and goes back as it came.
  const own = content[0]?.json;
  if (type !== undefined && type !== 'tool_result' && isObject(own))
    return { ...(own as JsonObject), type, tool_use_id: toolUseId };
  return {
    type: 'tool_result',
    tool_use_id: toolUseId,
    content: content.map((piece, index) => resultPiece(piece, `${path}.content[${index}]`)),
    ...(status === 'error' && { is_error: true }),
  };
}

function resultPiece(piece: ToolResultContent, path: string): JsonValue {
  const { text, json, image, document, searchResult } = piece;
  if (text !== undefined) return { type: 'text', text };
  if (json !== undefined) return { type: 'text', text: JSON.stringify(json) };
  if (image) return imageBlock(image, `${path}.image`);
  if (document) return documentBlock(document, `${path}.document`);
  if (searchResult) return searchBlock(searchResult);
  throw unsupported(format, keyOf(piece), `${path}.${keyOf(piece)}`);
}
