import { defineFormat, stopOrLength, stopWord } from './format.ts';
import { createTextPieces, plainTextOf } from './plain-text.ts';
import { present } from './present.ts';
import { integer, list, number, object, string } from './schema.ts';
import { conversationOf, type Turn, textTurn } from './turns.ts';

/** Mistral's text completion, whose prompt marks instructions. */
export const mistralText = defineFormat({
  body: object({
    prompt: string({ minLength: 1 }),
    'max_tokens?': integer(1, 8192),
    'stop?': list(string(), { maxItems: 10 }),
    'temperature?': number(0, 1),
    'top_p?': number(0, 1),
    'top_k?': integer(0, 200),
  }),

  read: ({ prompt, max_tokens: maxTokens, stop: stopSequences, temperature, top_p: topP, top_k }) => ({
    ...conversationOf(readTurns(prompt)),
    inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
    ...(top_k === undefined ? {} : { additionalModelRequestFields: { top_k } }),
  }),

  write: (reply) => ({
    outputs: [{ text: plainTextOf(reply), stop_reason: stopWord(stopOrLength, reply.stopReason) }],
  }),

  stream() {
    const textOf = createTextPieces();
    return {
      add(event) {
        const text = textOf(event);
        return text === '' ? [] : [{ outputs: [{ text, stop_reason: null }] }];
      },
      end: ({ stopReason }) => [{ outputs: [{ text: '', stop_reason: stopWord(stopOrLength, stopReason) }] }],
    };
  },
});

/** What stands within `[INST]` is the user's, and what stands behind it the model's. */
function readTurns(prompt: string): Turn[] {
  const [before = '', ...parts] = prompt.replaceAll(/<\/?s>/g, '').split('[INST]');
  const turns = textTurn('user', before.trim());
  for (const part of parts) {
    const [asked = '', ...answered] = part.split('[/INST]');
    turns.push(...textTurn('user', asked.trim()), ...textTurn('assistant', answered.join('').trim()));
  }
  return turns;
}
