import type { ConverseRequest, JsonValue, OutputConfig } from '@outcrop/converse';
import { chatMessages, chatToolChoice, chatTools, readChat, readChatTools } from './chat-completions.ts';
import { type ChatReply, createChoices, writeChatUsage, writeChoice } from './chat-reply.ts';
import { defineFormat, type Invocation } from './format.ts';
import { present } from './present.ts';
import {
  boolean,
  type Checked,
  integer,
  list,
  literal,
  nothing,
  number,
  object,
  record,
  string,
  tagged,
  union,
} from './schema.ts';
import { conversationOf } from './turns.ts';

const body = object({
  'model?': string(),
  messages: chatMessages,
  'max_completion_tokens?': union(integer(1), nothing),
  'max_tokens?': union(integer(1), nothing),
  'temperature?': union(number(0, 2), nothing),
  'top_p?': union(number(0, 1), nothing),
  'stop?': union(string(), list(string()), nothing),
  'tools?': chatTools,
  'tool_choice?': chatToolChoice,
  'parallel_tool_calls?': boolean,
  'response_format?': tagged('type', {
    text: {},
    json_object: {},
    json_schema: {
      json_schema: object({
        name: string(),
        schema: record,
        'description?': string(),
        'strict?': union(boolean, nothing),
      }),
    },
  }),
  'reasoning_effort?': literal('low', 'medium', 'high'),
  // The operation says whether it is one.
  'stream?': boolean,
  'stream_options?': object({ 'include_usage?': boolean }),
  'n?': integer(1, 1),
  'seed?': integer(),
  'frequency_penalty?': number(-2, 2),
  'presence_penalty?': number(-2, 2),
  'logit_bias?': record,
  'logprobs?': boolean,
  'top_logprobs?': integer(0, 20),
  'user?': string(),
});

/** OpenAI's chat completions, which gpt-oss and most newer open-weight models speak. */
export const openai = openaiFormat({ stopKey: 'finish_reason', pieceKey: 'delta' });

/** The same of gpt-oss, which shows its reasoning in front of its answer. */
export const gptOss = openaiFormat({
  stopKey: 'finish_reason',
  pieceKey: 'delta',
  reasoning: { open: '<reasoning>', close: '</reasoning>' },
});

function openaiFormat(form: ChatReply) {
  return defineFormat({
    body,
    read,

    write: (reply, invocation) => ({
      ...envelope('chat.completion', invocation),
      choices: [writeChoice(reply, form)],
      usage: writeChatUsage(reply),
    }),

    stream(invocation) {
      const choices = createChoices(form);
      const chunk = (choice: object) => ({ ...envelope('chat.completion.chunk', invocation), choices: [choice] });
      return {
        add: (event) => choices.add(event).map(chunk),
        end: (ending) => [chunk(choices.end(ending))],
      };
    },
  });
}

type Body = Checked<typeof body>;

function read(body: Body): ConverseRequest {
  const { top_p: topP, stop, reasoning_effort, seed, frequency_penalty, presence_penalty } = body;
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const stopSequences = typeof stop === 'string' ? [stop] : (stop ?? undefined);
  const fields = present({ reasoning_effort, seed, frequency_penalty, presence_penalty });
  return present({
    ...conversationOf(readChat(body.messages)),
    ...readChatTools(body.tools, body.tool_choice),
    inferenceConfig: present({
      maxTokens,
      temperature: body.temperature ?? undefined,
      topP: topP ?? undefined,
      stopSequences,
    }),
    outputConfig: readFormat(body.response_format),
    additionalModelRequestFields: Object.keys(fields).length > 0 ? (fields as JsonValue) : undefined,
  });
}

function readFormat(format: Body['response_format']): OutputConfig | undefined {
  if (format?.type === undefined || format.type === 'text') return undefined;
  const { schema, name, description } = format.type === 'json_schema' ? format.json_schema : anyObject;
  const jsonSchema = present({ schema: JSON.stringify(schema), name, description });
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

const anyObject = { schema: { type: 'object' }, name: undefined, description: undefined };

function envelope(object: string, { modelId: model, requestId }: Invocation) {
  return { id: `chatcmpl-${requestId}`, object, model };
}
