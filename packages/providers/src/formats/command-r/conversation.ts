import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  JsonValue,
  Message,
  ToolResultBlock,
  Warning,
} from '@outcrop/converse';
import type { JsonObject } from '../fields.ts';
import { isObject } from '../read-body.ts';
import { invalid, unsupported } from '../refuse.ts';
import { cachePointDropped, citedText, keyOf, reasoningDropped } from '../turns.ts';

type Entry =
  | { role: 'USER'; message: string }
  | { role: 'CHATBOT'; message: string; tool_calls?: Call[] }
  | { role: 'TOOL'; tool_results: Result[] };
type Call = { name: string; parameters: JsonValue };
type Result = { call: Call; outputs: JsonObject[] };

/**
 * The last message, the turns before it, and what tools have answered to it: while a question is being worked on, it
 * is asked again with all the answers that its tools have given.
 */
export function conversationOf({ messages = [] }: ConverseRequest, format: string, warnings: Warning[]): JsonObject {
  const calls = new Map<string, Call>();
  const entries = messages.flatMap((message, index) =>
    entriesOf(message, `messages[${index}]`, { calls, format, warnings }),
  );
  const last = entries.at(-1);
  if (last === undefined) throw invalid('messages', 'there has to be a message of the user');
  if (last.role === 'CHATBOT')
    throw unsupported(format, 'prefill', 'messages', "can't go on with the model's own turn");
  const asked = entries.findLastIndex(({ role }) => role === 'USER');
  const question = entries[asked];
  const since = entries.slice(asked + 1);
  for (const entry of since) {
    if (entry.role !== 'CHATBOT' || entry.message === '') continue;
    const message = 'What the model said beside its last tool calls was left out: this body has no place for it.';
    warnings.push({ code: 'text_dropped', message, path: 'messages' });
  }
  const results = since.flatMap((entry) => (entry.role === 'TOOL' ? entry.tool_results : []));
  const history = entries.slice(0, Math.max(asked, 0));
  return {
    message: question?.role === 'USER' ? question.message : '',
    ...(history.length > 0 && { chat_history: history }),
    ...(results.length > 0 && { tool_results: results }),
  };
}

type Conversation = { calls: Map<string, Call>; format: string; warnings: Warning[] };

function entriesOf({ role, content }: Message, path: string, { calls, format, warnings }: Conversation): Entry[] {
  if (role !== 'user' && role !== 'assistant')
    throw unsupported(format, 'system_turn', path, 'has the system prompt in front of the conversation only');
  const texts: string[] = [];
  const called: Call[] = [];
  const results: Result[] = [];
  for (const [index, block] of content.entries()) {
    const at = `${path}.content[${index}]`;
    if (block.text !== undefined) texts.push(block.text);
    else if (block.citationsContent) texts.push(citedText(block.citationsContent, at, warnings));
    else if (block.reasoningContent) warnings.push(reasoningDropped(format, at));
    else if (block.toolUse) {
      const call = { name: block.toolUse.name, parameters: block.toolUse.input };
      calls.set(block.toolUse.toolUseId, call);
      called.push(call);
    } else if (block.cachePoint) warnings.push(cachePointDropped(format, `${at}.cachePoint`));
    else if (block.toolResult) results.push(resultOf(block.toolResult, `${at}.toolResult`, calls, format));
    else if (!block.document) throw unsupported(format, keyOf(block), `${at}.${keyOf(block)}`);
  }
  const answered: Entry[] = results.length > 0 ? [{ role: 'TOOL', tool_results: results }] : [];
  const message = texts.join('\n\n');
  if (role === 'assistant') return [{ role: 'CHATBOT', message, ...(called.length > 0 && { tool_calls: called }) }];
  return texts.length > 0 ? [...answered, { role: 'USER', message }] : answered;
}

function resultOf(
  { toolUseId, content }: ToolResultBlock,
  path: string,
  calls: Map<string, Call>,
  format: string,
): Result {
  const call = calls.get(toolUseId);
  if (!call) throw invalid(`${path}.toolUseId`, 'no call of the conversation has this id');
  const outputs = content.map((piece, index): JsonObject => {
    if (piece.text !== undefined) return { text: piece.text };
    if (piece.json === undefined) throw unsupported(format, keyOf(piece), `${path}.content[${index}].${keyOf(piece)}`);
    return isObject(piece.json) ? (piece.json as JsonObject) : { result: piece.json };
  });
  return { call, outputs };
}

/** The documents of the whole conversation, by whose places the reply's citations name them. */
export function documentsOf({ messages = [] }: ConverseRequest, format: string): { title: string; snippet: string }[] {
  return messages.flatMap(({ content }, index) =>
    content.flatMap(({ document }: ContentBlock, place) => {
      if (!document) return [];
      return [
        { title: document.name, snippet: snippetOf(document, `messages[${index}].content[${place}].document`, format) },
      ];
    }),
  );
}

const textKinds: ReadonlySet<unknown> = new Set(['txt', 'md', 'csv', 'html']);

function snippetOf({ format: kind, source }: DocumentBlock, path: string, format: string): string {
  if (source.text !== undefined) return source.text;
  if (source.content) return source.content.map(({ text }) => text).join('\n\n');
  if (source.bytes && textKinds.has(kind)) return new TextDecoder().decode(source.bytes);
  throw unsupported(format, 'document', path, 'takes documents that are text');
}
