import type { InvokeFormat } from './format.ts';
import { createTextFormat } from './text-format.ts';

/** Amazon Titan Text: turns by the names of who speaks, at the beginnings of lines. */
export const titan: InvokeFormat = createTextFormat({
  name: 'titan',
  specialTokens: /(?<=\n)(?:User|Bot):/,
  prompt(turns) {
    const lines = turns.map(({ role, text }) => `${role === 'user' ? 'User' : 'Bot'}: ${text}`);
    if (turns.at(-1)?.role !== 'assistant') lines.push('Bot:');
    return lines.join('\n');
  },
  settings: { maxTokens: 'maxTokenCount', temperature: 'temperature', topP: 'topP', stopSequences: 'stopSequences' },
  body: (inputText, textGenerationConfig) => ({ inputText, textGenerationConfig }),
  // The most that every one of them takes.
  maxTokens: 3072,
  system: false,
  reply: {
    text: 'results.0.outputText',
    stopReason: 'results.0.completionReason',
    inputTokens: 'inputTextTokenCount',
    outputTokens: 'results.0.tokenCount',
  },
  chunk: {
    text: 'outputText',
    stopReason: 'completionReason',
    inputTokens: 'inputTextTokenCount',
    outputTokens: 'totalOutputTextTokenCount',
  },
  stopReasons: {
    FINISH: 'end_turn',
    FINISHED: 'end_turn',
    LENGTH: 'max_tokens',
    STOP_CRITERIA_MET: 'stop_sequence',
    CONTENT_FILTERED: 'content_filtered',
    RAG_QUERY_WHEN_RAG_DISABLED: 'content_filtered',
  },
});
