import type { ConverseRequest } from '@outcrop/converse';

/** The rule of the emulator: four characters of text or of JSON are a token, and so is what is left over. */
export const charactersPerToken = 4;
/** A picture of about 1,100 × 1,100 pixels at Claude's rule of thumb. Every picture counts as much. */
const tokensPerImage = 1_600;
// A cache point is no text.
const tokensOfKind = new Map([
  ['image', tokensPerImage],
  ['cachePoint', 0],
]);
/** Other files count by their size: a page of a PDF is some 100 kB and some 1,000 tokens. */
const bytesPerToken = 100;

/** The tokens of the prompt: system prompt, messages and tools. */
export function inputTokensOf({ messages = [], system, toolConfig }: ConverseRequest): number {
  return messages.reduce((sum, { content }) => sum + tokensIn(content), tokensIn(system) + tokensIn(toolConfig));
}

/** The tokens of a text, of a block, or of anything that is made of them. */
export function tokensIn(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (value instanceof Uint8Array) return Math.ceil(value.length / bytesPerToken);
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + tokensIn(each), 0);
  if (typeof value !== 'object') return Math.ceil(String(value).length / charactersPerToken);
  return Object.entries(value).reduce((sum, [key, inside]) => sum + (tokensOfKind.get(key) ?? tokensIn(inside)), 0);
}
