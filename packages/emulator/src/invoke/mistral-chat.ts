import { chatMessages, chatToolChoice, chatTools, readChat, readChatTools } from './chat-completions.ts';
import { type ChatReply, createChoices, writeChoice } from './chat-reply.ts';
import { defineFormat } from './format.ts';
import { present } from './present.ts';
import { integer, list, number, object, string } from './schema.ts';
import { conversationOf } from './turns.ts';

const form: ChatReply = { stopKey: 'stop_reason', pieceKey: 'message' };

/** Mistral's chat completions. */
export const mistralChat = defineFormat({
  body: object({
    messages: chatMessages,
    'max_tokens?': integer(1),
    'temperature?': number(0, 1),
    'top_p?': number(0, 1),
    'stop?': list(string()),
    'tools?': chatTools,
    'tool_choice?': chatToolChoice,
  }),

  read: ({ messages, max_tokens: maxTokens, temperature, top_p: topP, stop: stopSequences, tools, tool_choice }) => ({
    ...conversationOf(readChat(messages)),
    ...readChatTools(tools, tool_choice),
    inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
  }),

  write: (reply) => ({ choices: [writeChoice(reply, form)] }),

  stream() {
    const choices = createChoices(form);
    const chunk = (choice: object) => ({ choices: [choice] });
    return { add: (event) => choices.add(event).map(chunk), end: (ending) => [chunk(choices.end(ending))] };
  },
});
