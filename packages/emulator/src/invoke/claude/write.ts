import type { Citation, ContentBlock, ConverseStreamEvent, JsonValue, TokenUsage } from '@outcrop/converse';
import { type Invocation, stopWord } from '../format.ts';

/** The message that a reply is, but for what it says. */
export function envelope({ modelId: model, requestId }: Invocation) {
  return { id: `msg_bdrk_${requestId.replaceAll('-', '')}`, type: 'message', role: 'assistant', model };
}

export function writeBlock(block: ContentBlock): object[] {
  if (block.text !== undefined) return [{ type: 'text', text: block.text }];
  if (block.toolUse) {
    const { toolUseId: id, name, input } = block.toolUse;
    return [{ type: 'tool_use', id, name, input }];
  }
  if (block.reasoningContent) {
    const { reasoningText, redactedContent } = block.reasoningContent;
    if (redactedContent) return [{ type: 'redacted_thinking', data: Buffer.from(redactedContent).toString('base64') }];
    const { text: thinking = '', signature = '' } = reasoningText ?? {};
    return [{ type: 'thinking', thinking, signature }];
  }
  if (block.citationsContent) {
    const { content = [], citations = [] } = block.citationsContent;
    return [{ type: 'text', text: content.map(({ text }) => text).join(''), citations: citations.map(writeCitation) }];
  }
  return [];
}

type Delta = NonNullable<ConverseStreamEvent['contentBlockDelta']>['delta'];

/** The block that begins with this piece, and the piece. */
export function writeDelta(delta: Delta): [start?: object, piece?: object] {
  const thinking = { type: 'thinking', thinking: '', signature: '' };
  if (delta.text !== undefined)
    return [
      { type: 'text', text: '' },
      { type: 'text_delta', text: delta.text },
    ];
  // Its start has come before.
  if (delta.toolUse) return [{}, { type: 'input_json_delta', partial_json: delta.toolUse.input }];
  if (delta.citation) {
    const citation = writeCitation(delta.citation as Citation);
    return [
      { type: 'text', text: '', citations: [] },
      { type: 'citations_delta', citation },
    ];
  }
  const { text, signature, redactedContent } = delta.reasoningContent ?? {};
  if (text !== undefined) return [thinking, { type: 'thinking_delta', thinking: text }];
  if (signature !== undefined) return [thinking, { type: 'signature_delta', signature }];
  if (redactedContent) return [{ type: 'redacted_thinking', data: Buffer.from(redactedContent).toString('base64') }];
  return [];
}

function writeCitation({ title, source, sourceContent = [], location = {} as never }: Citation): object {
  const cited_text = sourceContent.map(({ text }) => text).join('');
  const { documentChar, documentPage, documentChunk, searchResultLocation, web } = location;
  const document = (index = 0) => ({ cited_text, document_index: index, document_title: title ?? null });
  if (documentPage) {
    const { documentIndex, start: start_page_number, end: end_page_number } = documentPage;
    return { type: 'page_location', ...document(documentIndex), start_page_number, end_page_number };
  }
  if (documentChunk) {
    const { documentIndex, start: start_block_index, end: end_block_index } = documentChunk;
    return { type: 'content_block_location', ...document(documentIndex), start_block_index, end_block_index };
  }
  if (searchResultLocation) {
    const { searchResultIndex: search_result_index = 0, start, end } = searchResultLocation;
    const place = { search_result_index, start_block_index: start, end_block_index: end };
    return { type: 'search_result_location', cited_text, source, title, ...place };
  }
  if (web) return { type: 'web_search_result_location', cited_text, url: web.url, title, encrypted_index: '' };
  const { documentIndex, start: start_char_index, end: end_char_index } = documentChar ?? {};
  return { type: 'char_location', ...document(documentIndex), start_char_index, end_char_index };
}

const stopWords = {
  end_turn: 'end_turn',
  max_tokens: 'max_tokens',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_use',
  content_filtered: 'refusal',
};

export function writeStop(stopReason: string, fields: JsonValue | undefined, { request }: Invocation) {
  const known = stopReason === 'model_context_window_exceeded' ? stopReason : stopWord(stopWords, stopReason);
  const said =
    typeof fields === 'object' && fields !== null && 'stop_sequence' in fields ? fields['stop_sequence'] : undefined;
  // A reply of Converse does not say which of several it was.
  const [first = null] = request.inferenceConfig?.stopSequences ?? [];
  return { stop_reason: known, stop_sequence: stopReason === 'stop_sequence' ? (said ?? first) : null };
}

export function writeUsage({
  inputTokens,
  outputTokens,
  cacheReadInputTokens = 0,
  cacheWriteInputTokens = 0,
  cacheDetails = [],
}: Omit<TokenUsage, 'totalTokens'>) {
  const written = (wanted: '5m' | '1h') => cacheDetails.find(({ ttl }) => ttl === wanted)?.inputTokens;
  const hour = written('1h') ?? 0;
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWriteInputTokens,
    cache_read_input_tokens: cacheReadInputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: written('5m') ?? cacheWriteInputTokens - hour,
      ephemeral_1h_input_tokens: hour,
    },
    output_tokens: outputTokens,
  };
}
