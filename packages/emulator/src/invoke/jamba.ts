import type { JsonValue } from '@outcrop/converse';
import { chatMessages, chatToolChoice, chatTools, readChat, readChatTools } from './chat-completions.ts';
import { type ChatReply, createChoices, writeChatUsage, writeChoice } from './chat-reply.ts';
import { defineFormat } from './format.ts';
import { present } from './present.ts';
import { integer, list, number, object, record, string, tagged, union } from './schema.ts';
import { conversationOf } from './turns.ts';

const form: ChatReply = { stopKey: 'finish_reason', pieceKey: 'delta' };

/** AI21's Jamba. */
export const jamba = defineFormat({
  body: object({
    messages: chatMessages,
    'n?': integer(1, 16),
    'max_tokens?': integer(0, 4096),
    'temperature?': number(0, 2),
    'top_p?': number(0, 1),
    'stop?': union(string(), list(string())),
    'frequency_penalty?': number(),
    'presence_penalty?': number(),
    'tools?': chatTools,
    'tool_choice?': chatToolChoice,
    'documents?': list(record),
    'response_format?': tagged('type', { text: {}, json_object: {} }),
  }),

  read({ messages, max_tokens: maxTokens, temperature, top_p: topP, stop, tools, tool_choice, ...others }) {
    const stopSequences = typeof stop === 'string' ? [stop] : stop;
    return present({
      ...conversationOf(readChat(messages)),
      ...readChatTools(tools, tool_choice),
      inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
      additionalModelRequestFields: Object.keys(others).length > 0 ? (others as JsonValue) : undefined,
    });
  },

  write: (reply, { requestId }) => ({
    id: `chatcmpl-${requestId}`,
    choices: [writeChoice(reply, form)],
    usage: writeChatUsage(reply),
  }),

  stream({ requestId }) {
    const choices = createChoices(form);
    const chunk = (choice: object) => ({ id: `chatcmpl-${requestId}`, choices: [choice] });
    return {
      add: (event) => choices.add(event).map(chunk),
      end: (ending) => [{ ...chunk(choices.end(ending)), usage: writeChatUsage(ending) }],
    };
  },
});
