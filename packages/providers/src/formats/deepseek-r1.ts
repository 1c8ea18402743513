import type { InvokeFormat } from './format.ts';
import { createTextFormat } from './text-format.ts';

/** DeepSeek R1: tokens with wide bars, and a reply that begins with a thought. */
export const deepseekR1: InvokeFormat = createTextFormat({
  name: 'deepseek_r1',
  specialTokens: /<｜[^<>｜\s]{1,64}｜>/,
  prompt(turns) {
    const written = turns.map(({ role, text }, index, { length }) => {
      if (role === 'system') return text;
      if (role === 'user') return `<｜User｜>${text}`;
      return index === length - 1 ? `<｜Assistant｜>${text}` : `<｜Assistant｜>${text}<｜end▁of▁sentence｜>`;
    });
    const next = turns.at(-1)?.role === 'assistant' ? '' : '<｜Assistant｜><think>\n';
    return `<｜begin▁of▁sentence｜>${written.join('')}${next}`;
  },
  settings: { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p', stopSequences: 'stop' },
  maxTokens: 32_768,
  reply: { text: 'choices.0.text', stopReason: 'choices.0.stop_reason' },
  stopReasons: { stop: 'end_turn', length: 'max_tokens' },
  reasoning: { open: '<think>', close: '</think>', inside: true },
});
