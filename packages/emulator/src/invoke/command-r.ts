import {
  type ConverseRequest,
  type ConverseResponse,
  documentName,
  type JsonValue,
  type Tool,
  toolUsesOf,
} from '@outcrop/converse';
import { defineFormat, stopWord } from './format.ts';
import { createTextPieces, plainTextOf } from './plain-text.ts';
import { present } from './present.ts';
import { boolean, type Checked, integer, list, literal, number, object, record, string } from './schema.ts';
import { conversationOf, type Turn, textTurn } from './turns.ts';

const body = object({
  message: string(),
  'chat_history?': list(object({ role: literal('USER', 'CHATBOT', 'SYSTEM'), message: string() })),
  'preamble?': string(),
  'documents?': list(record),
  'search_queries_only?': boolean,
  'max_tokens?': integer(1),
  'temperature?': number(0, 1),
  'p?': number(0, 1),
  'k?': number(0, 500),
  'prompt_truncation?': literal('OFF', 'AUTO_PRESERVE_ORDER'),
  'frequency_penalty?': number(0, 1),
  'presence_penalty?': number(0, 1),
  'seed?': integer(),
  'return_prompt?': boolean,
  'tools?': list(
    object({
      name: string(),
      'description?': string(),
      'parameter_definitions?': record,
    }),
  ),
  'tool_results?': list(
    object({
      call: object({ name: string(), 'parameters?': record, 'generation_id?': string() }),
      outputs: list(record),
    }),
  ),
  'stop_sequences?': list(string()),
  'raw_prompting?': boolean,
});

const stopWords = {
  end_turn: 'COMPLETE',
  max_tokens: 'MAX_TOKENS',
  stop_sequence: 'COMPLETE',
  tool_use: 'COMPLETE',
  content_filtered: 'ERROR_TOXIC',
};

type Body = Checked<typeof body>;

/** Cohere's Command R and R+. */
export const commandR = defineFormat({
  body,
  read,

  write: (reply, { requestId, request }) => wholeReply(reply, requestId, request),

  stream({ requestId, request }) {
    const textOf = createTextPieces();
    const calls = new Map<number, { name: string; input: string }>();
    let text = '';
    const callsSoFar = () =>
      [...calls.values()].map(({ name, input }) => ({ name, parameters: parsed(input || '{}') }));
    return {
      add(event) {
        const { messageStart, contentBlockStart, contentBlockDelta } = event;
        if (messageStart) return [{ is_finished: false, event_type: 'stream-start', generation_id: requestId }];
        if (contentBlockStart?.start.toolUse) {
          calls.set(contentBlockStart.contentBlockIndex, { name: contentBlockStart.start.toolUse.name, input: '' });
        }
        const call = calls.get(contentBlockDelta?.contentBlockIndex ?? event.contentBlockStop?.contentBlockIndex ?? -1);
        if (call) call.input += contentBlockDelta?.delta.toolUse?.input ?? '';
        const piece = call || contentBlockStart ? '' : textOf(event);
        if (piece === '') return [];
        text += piece;
        return [{ text: piece, is_finished: false, event_type: 'text-generation' }];
      },
      end({ stopReason }) {
        const tool_calls = callsSoFar();
        const finish_reason = stopWord(stopWords, stopReason);
        const response = { ...envelope(requestId), text, ...(tool_calls.length > 0 && { tool_calls }) };
        const whole = { ...response, finish_reason, chat_history: historyOf(request, text) };
        const end = { is_finished: true, event_type: 'stream-end', finish_reason, response: whole };
        const generated = { is_finished: false, event_type: 'tool-calls-generation', tool_calls };
        return tool_calls.length > 0 ? [generated, end] : [end];
      },
    };
  },
});

function read(body: Body): ConverseRequest {
  const { message, chat_history = [], preamble, documents = [], max_tokens: maxTokens, temperature, p: topP } = body;
  const { stop_sequences: stopSequences, tools = [], tool_results = [] } = body;
  const { k, seed, frequency_penalty, presence_penalty, prompt_truncation, search_queries_only, raw_prompting } = body;
  const fields = present({
    k,
    seed,
    frequency_penalty,
    presence_penalty,
    prompt_truncation,
    search_queries_only,
    raw_prompting,
  });
  const turns: Turn[] = [
    ...textTurn('system', preamble ?? ''),
    ...chat_history.flatMap(({ role, message }) => textTurn(roles[role], message)),
    ...textTurn('user', message),
    ...readResults(tool_results),
  ];
  turns.findLast(({ role }) => role === 'user')?.content.push(...readDocuments(documents));
  return present({
    ...conversationOf(turns),
    inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
    toolConfig: tools.length > 0 ? { tools: tools.map(readTool) } : undefined,
    additionalModelRequestFields: Object.keys(fields).length > 0 ? (fields as JsonValue) : undefined,
  });
}

const roles = { USER: 'user', CHATBOT: 'assistant', SYSTEM: 'system' } as const;

function readDocuments(documents: Record<string, unknown>[]) {
  const names: string[] = [];
  return documents.map(({ title, snippet, ...others }) => {
    const name = documentName(typeof title === 'string' ? title : 'Document', names);
    names.push(name);
    return { document: { name, source: { text: typeof snippet === 'string' ? snippet : JSON.stringify(others) } } };
  });
}

/** Calls have no ids in this body, so they are given their places. */
function readResults(results: NonNullable<Body['tool_results']>): Turn[] {
  if (results.length === 0) return [];
  const calls = results.map(({ call: { name, parameters = {} } }, index) => {
    return { toolUse: { toolUseId: `${name}_${index}`, name, input: parameters as JsonValue } };
  });
  const found = results.map(({ call: { name }, outputs }, index) => {
    const content = outputs.map((json) => ({ json: json as JsonValue }));
    return { toolResult: { toolUseId: `${name}_${index}`, content } };
  });
  return [
    { role: 'assistant', content: calls },
    { role: 'user', content: found },
  ];
}

// The types are Python's.
const jsonTypes: Record<string, string> = {
  str: 'string',
  string: 'string',
  int: 'integer',
  integer: 'integer',
  float: 'number',
  number: 'number',
  bool: 'boolean',
  boolean: 'boolean',
  list: 'array',
  array: 'array',
};

function readTool({ name, description, parameter_definitions = {} }: NonNullable<Body['tools']>[number]): Tool {
  const definitions = Object.entries(parameter_definitions).map(([key, definition]) => {
    const { type, description, required } = (definition ?? {}) as Record<string, unknown>;
    return { key, type: typeof type === 'string' ? type : '', description, required };
  });
  const properties = Object.fromEntries(
    definitions.map(({ key, type, description }) => {
      const word = type.toLowerCase().split('[')[0] ?? '';
      return [key, { type: jsonTypes[word] ?? 'object', ...(typeof description === 'string' && { description }) }];
    }),
  );
  const required = definitions.filter((each) => each.required === true).map(({ key }) => key);
  return { toolSpec: present({ name, description, inputSchema: { json: { type: 'object', properties, required } } }) };
}

function wholeReply(reply: ConverseResponse, requestId: string, request: ConverseRequest): object {
  const content = reply.output.message.content.filter(({ toolUse }) => !toolUse);
  const text = plainTextOf({ ...reply, output: { message: { role: 'assistant', content } } });
  const tool_calls = toolUsesOf(reply).map(({ name, input }) => ({ name, parameters: input }));
  return {
    ...envelope(requestId),
    text,
    finish_reason: stopWord(stopWords, reply.stopReason),
    ...(tool_calls.length > 0 && { tool_calls }),
    chat_history: historyOf(request, text),
  };
}

/** A script may cut it. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function envelope(requestId: string) {
  return { response_id: requestId, generation_id: requestId };
}

function historyOf({ messages = [] }: ConverseRequest, answer: string): object[] {
  const turns = messages.flatMap(({ role, content }) => {
    const message = content.map(({ text = '' }) => text).join('');
    return message === '' ? [] : [{ role: role === 'assistant' ? 'CHATBOT' : 'USER', message }];
  });
  return [...turns, { role: 'CHATBOT', message: answer }];
}
