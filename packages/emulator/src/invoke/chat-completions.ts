import type { ContentBlock, ConverseRequest, ImageFormat, JsonValue, Tool } from '@outcrop/converse';
import { bedrockError } from '../errors.ts';
import { bytesOf, isBase64 } from './bytes.ts';
import { present } from './present.ts';
import {
  boolean,
  type Checked,
  integer,
  list,
  literal,
  nothing,
  object,
  record,
  string,
  tagged,
  union,
} from './schema.ts';
import type { Turn } from './turns.ts';

// What the families have in common whose messages are those of chat completions: OpenAI's, Mistral's and AI21's.

const urlHead = /^data:image\/(png|jpeg|gif|webp);base64,/;
const dataUrl = {
  source: `${urlHead.source}base64`,
  test: (url: string) => urlHead.test(url) && isBase64(url.slice(url.indexOf(',') + 1)),
};

const parts = list(
  tagged('type', {
    text: { text: string() },
    image_url: { image_url: object({ url: string({ pattern: dataUrl }), 'detail?': string() }) },
  }),
);
const content = union(string(), parts);
const call = object({
  id: string(),
  'type?': literal('function'),
  'index?': integer(0),
  function: object({ name: string(), arguments: string() }),
});

export const chatMessages = list(
  tagged('role', {
    developer: { content, 'name?': string() },
    system: { content, 'name?': string() },
    user: { content, 'name?': string() },
    assistant: {
      'content?': union(string(), parts, nothing),
      'tool_calls?': union(list(call), nothing),
      'reasoning?': union(string(), nothing),
      'refusal?': union(string(), nothing),
      'name?': string(),
    },
    tool: { tool_call_id: string(), content, 'name?': string() },
  }),
  { minItems: 1 },
);

export const chatTools = list(
  object({
    'type?': literal('function'),
    function: object({ name: string(), 'description?': string(), 'parameters?': record, 'strict?': boolean }),
  }),
);

export const chatToolChoice = union(
  literal('auto', 'any', 'none', 'required'),
  object({ type: literal('function'), function: object({ name: string() }) }),
);

/** Each message as a turn. */
export function readChat(messages: Checked<typeof chatMessages>): Turn[] {
  return messages.map((message, index) => readMessage(message, `#/messages/${index}`));
}

function readMessage(message: Checked<typeof chatMessages>[number], path: string): Turn {
  switch (message.role) {
    case 'developer':
    case 'system':
      return { role: 'system', content: readContent(message.content) };
    case 'user':
      return { role: 'user', content: readContent(message.content) };
    case 'tool': {
      const texts = readContent(message.content).flatMap(({ text }) => (text === undefined ? [] : [{ text }]));
      return { role: 'user', content: [{ toolResult: { toolUseId: message.tool_call_id, content: texts } }] };
    }
    case 'assistant': {
      const calls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: json } }, at): ContentBlock => {
        const input = readArguments(json, `${path}/tool_calls/${at}/function/arguments`);
        return { toolUse: { toolUseId: id, name, input } };
      });
      return { role: 'assistant', content: [...readContent(message.content ?? ''), ...calls] };
    }
  }
}

function readContent(said: Checked<typeof content>): ContentBlock[] {
  if (typeof said === 'string') return said === '' ? [] : [{ text: said }];
  return said.map((part): ContentBlock => {
    if (part.type === 'text') return { text: part.text };
    const { url } = part.image_url;
    const format = urlHead.exec(url)?.[1] as ImageFormat;
    return { image: { format, source: { bytes: bytesOf(url.slice(url.indexOf(',') + 1)) } } };
  });
}

function readArguments(json: string, path: string): JsonValue {
  try {
    return JSON.parse(json || '{}');
  } catch {
    const message = `Malformed input request: ${path}: the arguments are not JSON, please reformat your input and try again.`;
    throw bedrockError('ValidationException', message);
  }
}

/** The tools, unless none may be called. */
export function readChatTools(
  tools: Checked<typeof chatTools> = [],
  choice?: Checked<typeof chatToolChoice>,
): Pick<ConverseRequest, 'toolConfig'> {
  if (tools.length === 0 || choice === 'none') return {};
  const specs = tools.map(({ function: { name, description, parameters = { type: 'object' }, strict } }): Tool => {
    return { toolSpec: present({ name, description, inputSchema: { json: parameters as JsonValue }, strict }) };
  });
  return { toolConfig: present({ tools: specs, toolChoice: readChoice(choice) }) };
}

function readChoice(choice: Checked<typeof chatToolChoice> | undefined) {
  if (typeof choice === 'object') return { tool: { name: choice.function.name } };
  if (choice === 'any' || choice === 'required') return { any: {} };
  return choice === 'auto' ? { auto: {} } : undefined;
}
