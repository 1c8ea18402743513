import { defineFormat, stopWord } from './format.ts';
import { createTextPieces, plainTextOf } from './plain-text.ts';
import { present } from './present.ts';
import { integer, list, number, object, string } from './schema.ts';
import { conversationOf, type Turn, textTurn } from './turns.ts';

const stopWords = {
  end_turn: 'FINISH',
  max_tokens: 'LENGTH',
  stop_sequence: 'STOP_CRITERIA_MET',
  tool_use: 'FINISH',
  content_filtered: 'CONTENT_FILTERED',
};

/** Titan Text. */
export const titan = defineFormat({
  body: object({
    inputText: string({ minLength: 1 }),
    'textGenerationConfig?': object({
      'temperature?': number(0, 1),
      'topP?': number(0, 1),
      'maxTokenCount?': integer(0, 8192),
      'stopSequences?': list(string({ pattern: /^(\|+|User:)$/ })),
    }),
  }),

  read({ inputText, textGenerationConfig: { maxTokenCount, temperature, topP, stopSequences } = {} }) {
    return {
      ...conversationOf(readTurns(inputText)),
      inferenceConfig: present({ maxTokens: maxTokenCount, temperature, topP, stopSequences }),
    };
  },

  write: (reply) => ({
    inputTextTokenCount: reply.usage.inputTokens,
    results: [
      {
        tokenCount: reply.usage.outputTokens,
        outputText: plainTextOf(reply),
        completionReason: stopWord(stopWords, reply.stopReason),
      },
    ],
  }),

  stream({ inputTokens }) {
    const textOf = createTextPieces();
    const chunk = (outputText: string, totalOutputTextTokenCount: number | null, completionReason: string | null) => {
      return { outputText, index: 0, totalOutputTextTokenCount, completionReason, inputTextTokenCount: inputTokens };
    };
    return {
      add(event) {
        const text = textOf(event);
        return text === '' ? [] : [chunk(text, null, null)];
      },
      end: ({ stopReason, usage }) => [chunk('', usage.outputTokens, stopWord(stopWords, stopReason))],
    };
  },
});

/** `User: …` and `Bot: …` at the beginnings of lines are turns; what stands before them, or alone, is the user's. */
function readTurns(inputText: string): Turn[] {
  const [before = '', ...parts] = inputText.split(/^(User|Bot):/m);
  const turns = textTurn('user', before.trim());
  for (let at = 0; at < parts.length; at += 2) {
    turns.push(...textTurn(parts[at] === 'Bot' ? 'assistant' : 'user', (parts[at + 1] ?? '').trim()));
  }
  return turns;
}
