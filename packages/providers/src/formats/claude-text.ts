import type { InvokeFormat } from './format.ts';
import { createTextFormat } from './text-format.ts';

/** Claude before its third generation: a text in which a human and an assistant speak. */
export const claudeText: InvokeFormat = createTextFormat({
  name: 'claude_text',
  specialTokens: /(?<=\n\n)(?:Human|Assistant):/,
  prompt(turns) {
    const written = turns.map(({ role, text }) => (role === 'system' ? text : `\n\n${speakers[role]}: ${text}`));
    return written.join('') + (turns.at(-1)?.role === 'assistant' ? '' : '\n\nAssistant:');
  },
  settings: {
    maxTokens: 'max_tokens_to_sample',
    temperature: 'temperature',
    topP: 'top_p',
    stopSequences: 'stop_sequences',
  },
  maxTokens: 4096,
  reply: ({ completion, stop_reason, stop }) => ({
    // The service stops at the human's next turn by itself.
    stopReason:
      stop_reason === 'stop_sequence' && (stop === '\n\nHuman:' || stop === undefined) ? 'end_turn' : stop_reason,
    text: completion,
  }),
  stopReasons: { end_turn: 'end_turn', stop_sequence: 'stop_sequence', max_tokens: 'max_tokens' },
});

const speakers = { user: 'Human', assistant: 'Assistant', tool: 'Human' } as const;
