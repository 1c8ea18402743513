import type { InvokeFormat } from './format.ts';
import { unsupported } from './refuse.ts';
import { createTextFormat } from './text-format.ts';
import type { PromptTurn } from './turns.ts';

// A prompt without turns has nothing to break out of.
const specialTokens = /(?!)/;

/** Cohere Command, before R. */
export const command: InvokeFormat = createTextFormat({
  name: 'command',
  specialTokens,
  prompt: onlyMessage('command'),
  settings: { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'p', stopSequences: 'stop_sequences' },
  maxTokens: 4096,
  system: false,
  reply: { text: 'generations.0.text', stopReason: 'generations.0.finish_reason' },
  // The last chunk tells the whole text once more.
  chunk: ({ text, is_finished, finish_reason }) =>
    is_finished ? { stopReason: finish_reason ?? 'COMPLETE' } : { text },
  stopReasons: {
    COMPLETE: 'end_turn',
    STOP_SEQUENCE: 'stop_sequence',
    MAX_TOKENS: 'max_tokens',
    ERROR_LIMIT: 'model_context_window_exceeded',
    ERROR_TOXIC: 'content_filtered',
    ERROR: 'malformed_model_output',
  },
});

/** AI21 Jurassic-2. It does not stream. */
export const jurassic: InvokeFormat = createTextFormat({
  name: 'jurassic',
  specialTokens,
  prompt: onlyMessage('jurassic'),
  settings: { maxTokens: 'maxTokens', temperature: 'temperature', topP: 'topP', stopSequences: 'stopSequences' },
  maxTokens: 8191,
  system: false,
  reply: { text: 'completions.0.data.text', stopReason: 'completions.0.finishReason.reason' },
  stopReasons: { endoftext: 'end_turn', length: 'max_tokens', stop: 'stop_sequence' },
});

function onlyMessage(format: string): (turns: readonly PromptTurn[]) => string {
  return ([turn, ...others]) => {
    if (turn?.role === 'user' && others.length === 0) return turn.text;
    throw unsupported(format, 'multi_turn', 'messages', 'takes one user message, and no history');
  };
}
