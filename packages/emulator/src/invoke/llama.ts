import type { ContentBlock, ImageFormat } from '@outcrop/converse';
import { bytesOf } from './bytes.ts';
import { defineFormat, stopOrLength, stopWord } from './format.ts';
import { createTextPieces, plainTextOf } from './plain-text.ts';
import { present } from './present.ts';
import { base64, integer, list, number, object, string } from './schema.ts';
import { conversationOf, type Turn } from './turns.ts';

const body = object({
  prompt: string({ minLength: 1 }),
  'max_gen_len?': integer(1, 8192),
  'temperature?': number(0, 1),
  'top_p?': number(0, 1),
  'images?': list(base64),
});

// The special tokens by which the two templates tell turns apart.
const templates = {
  llama3: {
    header: /<\|start_header_id\|>(\w+)<\|end_header_id\|>/,
    end: /<\|(?:eot_id|eom_id)\|>/,
    begin: '<|begin_of_text|>',
  },
  llama4: { header: /<\|header_start\|>(\w+)<\|header_end\|>/, end: /<\|(?:eot|eom)\|>/, begin: '<|begin_of_text|>' },
};
const imageMark = /(?:<\|image_start\|>)?<\|image\|>(?:<\|image_end\|>)?/;

export const llama3 = llamaFormat(templates.llama3);
export const llama4 = llamaFormat(templates.llama4);

function llamaFormat(template: (typeof templates)['llama3']) {
  return defineFormat({
    body,
    read: ({ prompt, max_gen_len: maxTokens, temperature, top_p: topP, images = [] }) => ({
      ...conversationOf(readTurns(prompt, images, template)),
      inferenceConfig: present({ maxTokens, temperature, topP }),
    }),

    write: (reply) => ({
      generation: plainTextOf(reply),
      prompt_token_count: reply.usage.inputTokens,
      generation_token_count: reply.usage.outputTokens,
      stop_reason: stopWord(stopOrLength, reply.stopReason),
    }),

    stream({ inputTokens }) {
      const textOf = createTextPieces();
      let promptTokens: number | null = inputTokens;
      let count = 0;

      function chunk(generation: string, stop_reason: string | null): object {
        const prompt_token_count = promptTokens;
        promptTokens = null;
        return { generation, prompt_token_count, generation_token_count: count, stop_reason };
      }

      return {
        add(event) {
          const text = textOf(event);
          if (text === '') return [];
          count += 1;
          return [chunk(text, null)];
        },
        end({ stopReason, usage }) {
          count = usage.outputTokens;
          // A script may count otherwise than we did when the stream began.
          if (usage.inputTokens !== inputTokens) promptTokens = usage.inputTokens;
          return [chunk('', stopWord(stopOrLength, stopReason))];
        },
      };
    },
  });
}

/** What stands between the special tokens. A prompt without any is one question. */
function readTurns(prompt: string, images: string[], { header, end, begin }: (typeof templates)['llama3']): Turn[] {
  const left = [...images];
  const [before = '', ...parts] = prompt.replaceAll(begin, '').split(header);
  if (parts.length === 0) return [{ role: 'user', content: [...withImages(before, left), ...left.map(imageOf)] }];
  const turns: Turn[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const [text = ''] = (parts[at + 1] ?? '').split(end);
    const content = withImages(text.trim(), left);
    // `ipython` hands the result of a tool to the model.
    const role = parts[at] === 'system' ? 'system' : parts[at] === 'assistant' ? 'assistant' : 'user';
    if (content.length > 0) turns.push({ role, content });
  }
  turns.findLast(({ role }) => role === 'user')?.content.push(...left.map(imageOf));
  return turns;
}

/** The text, with the next images in the places that are kept for them. */
function withImages(text: string, left: string[]): ContentBlock[] {
  return text.split(imageMark).flatMap((piece, index): ContentBlock[] => {
    const image = index === 0 ? undefined : left.shift();
    return [...(image === undefined ? [] : [imageOf(image)]), ...(piece.trim() === '' ? [] : [{ text: piece }])];
  });
}

// The body does not name their formats, so their first bytes do.
const magic: [ImageFormat, string][] = [
  ['png', '89504e47'],
  ['gif', '47494638'],
  ['webp', '52494646'],
];

function imageOf(data: string): ContentBlock {
  const bytes = bytesOf(data);
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const [format] = magic.find(([, first]) => first === start) ?? ['jpeg' as const];
  return { image: { format, source: { bytes } } };
}
