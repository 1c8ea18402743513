import { defineFormat, stopOrLength, stopWord } from './format.ts';
import { createTextPieces, plainTextOf } from './plain-text.ts';
import { present } from './present.ts';
import { integer, list, number, object, string } from './schema.ts';
import { conversationOf, type Turn, textTurn } from './turns.ts';

// The prompt opens the reasoning, so the text begins inside of it.
const marks = { open: '', close: '\n</think>\n\n' };

/** DeepSeek R1's text completion. */
export const deepseek = defineFormat({
  body: object({
    prompt: string({ minLength: 1 }),
    'max_tokens?': integer(1, 32_768),
    'temperature?': number(0, 1),
    'top_p?': number(0, 1),
    'stop?': list(string(), { maxItems: 10 }),
  }),

  read: ({ prompt, max_tokens: maxTokens, stop: stopSequences, temperature, top_p: topP }) => ({
    ...conversationOf(readTurns(prompt)),
    inferenceConfig: present({ maxTokens, temperature, topP, stopSequences }),
  }),

  write: (reply) => ({
    choices: [{ text: plainTextOf(reply, marks), stop_reason: stopWord(stopOrLength, reply.stopReason) }],
  }),

  stream() {
    const textOf = createTextPieces(marks);
    return {
      add(event) {
        const text = textOf(event);
        return text === '' ? [] : [{ choices: [{ text, stop_reason: null }] }];
      },
      end: ({ stopReason }) => [{ choices: [{ text: '', stop_reason: stopWord(stopOrLength, stopReason) }] }],
    };
  },
});

/** What stands before the first mark is the system's, or, without any mark, the user's. */
function readTurns(prompt: string): Turn[] {
  const [before = '', ...parts] = prompt
    .replaceAll(/<｜(?:begin▁of▁sentence|end▁of▁sentence)｜>/g, '')
    .split(/<｜(User|Assistant)｜>/);
  const turns = textTurn(parts.length > 0 ? 'system' : 'user', before.trim());
  for (let at = 0; at < parts.length; at += 2) {
    const text = (parts[at + 1] ?? '').replace(/^<think>\n?(?:<\/think>\n*)?/, '').trim();
    turns.push(...textTurn(parts[at] === 'Assistant' ? 'assistant' : 'user', text));
  }
  return turns;
}
