import type { InvokeFormat } from './format.ts';
import { createTextFormat } from './text-format.ts';
import { withSystemInFirst } from './turns.ts';

/** Mistral's first models: instructions in brackets. */
export const mistralText: InvokeFormat = createTextFormat({
  name: 'mistral_text',
  specialTokens: /<\/?s>|<unk>|\[\/?(?:INST|TOOL_RESULTS|AVAILABLE_TOOLS|SYSTEM_PROMPT)\]|\[TOOL_CALLS\]/,
  prompt(turns) {
    return `<s>${withSystemInFirst(turns, (system, text) => `${system}\n\n${text}`)
      .map(({ role, text }, index, { length }) => {
        if (role === 'user') return `[INST] ${text} [/INST]`;
        return index === length - 1 ? ` ${text}` : ` ${text}</s>`;
      })
      .join('')}`;
  },
  settings: { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', stopSequences: 'stop' },
  maxTokens: 8192,
  reply: { text: 'outputs.0.text', stopReason: 'outputs.0.stop_reason' },
  stopReasons: { stop: 'end_turn', length: 'max_tokens' },
});
