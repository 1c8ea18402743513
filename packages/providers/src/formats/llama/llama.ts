import type { InvokeFormat } from '../format.ts';
import { createPromptFormat, createTextFormat, type TextFormatOptions } from '../text-format.ts';
import { type PromptTurn, withSystemInFirst } from '../turns.ts';
import { createLlamaTools } from './tools.ts';

/** What the generations since the third call their tokens. */
type Tokens = { header: readonly [open: string, close: string]; endOfTurn: string; call: string };

const common = {
  settings: { maxTokens: 'max_gen_len', temperature: 'temperature', topP: 'top_p' },
  // The service's own maximum, whatever the model could.
  maxTokens: 2048,
  reply: {
    text: 'generation',
    stopReason: 'stop_reason',
    inputTokens: 'prompt_token_count',
    outputTokens: 'generation_token_count',
  },
  stopReasons: { stop: 'end_turn', length: 'max_tokens' },
} as const satisfies Partial<TextFormatOptions>;

/** Llama 3 to 3.3. */
export const llama3: InvokeFormat = createLlama('llama3', {
  header: ['<|start_header_id|>', '<|end_header_id|>'],
  endOfTurn: '<|eot_id|>',
  call: '<|python_tag|>',
});

/** Llama 4. */
export const llama4: InvokeFormat = createLlama('llama4', {
  header: ['<|header_start|>', '<|header_end|>'],
  endOfTurn: '<|eot|>',
  call: '',
});

/** Llama 2: instructions in brackets, the system prompt inside the first. */
export const llama2: InvokeFormat = createTextFormat({
  ...common,
  name: 'llama2',
  specialTokens: /<\/?s>|<unk>|\[\/?INST\]|<<\/?SYS>>/,
  prompt(turns) {
    const written = withSystemInFirst(turns, (system, text) => `<<SYS>>\n${system}\n<</SYS>>\n\n${text}`);
    return written
      .map(({ role, text }, index, { length }) => {
        if (role === 'user') return `<s>[INST] ${text} [/INST]`;
        return index === length - 1 ? ` ${text}` : ` ${text} </s>`;
      })
      .join('');
  },
});

function createLlama(name: string, { header: [open, close], endOfTurn, call }: Tokens): InvokeFormat {
  const heading = (role: string) => `${open}${role}${close}\n\n`;

  function written({ role, text, images }: PromptTurn, index: number, { length }: readonly PromptTurn[]): string {
    const begun = `${heading(role === 'tool' ? 'ipython' : role)}${'<|image|>'.repeat(images.length)}${text}`;
    return role === 'assistant' && index === length - 1 ? begun : begun + endOfTurn;
  }

  const options: TextFormatOptions = {
    ...common,
    name,
    // All of them look alike, those of tomorrow too.
    specialTokens: /<\|[a-z0-9_]{1,64}\|>/i,
    prompt(turns) {
      const next = turns.at(-1)?.role === 'assistant' ? '' : heading('assistant');
      return `<|begin_of_text|>${turns.map(written).join('')}${next}`;
    },
    body: (prompt, settings, images) => ({ prompt, ...settings, ...(images.length > 0 && { images: [...images] }) }),
    images: true,
  };
  return createPromptFormat(options, createLlamaTools(name, call));
}
