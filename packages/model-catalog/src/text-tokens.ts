/** Tokens of a text by how well they can be estimated. */
export type TextTokens = {
  /** Of Latin letters, digits and signs. */
  latin: number;
  /** Of all other scripts. */
  other: number;
};

// Fitted to the tokenizers that bench/src/estimate-tokens.ts compares with.
const letterPiece = 6;
const laterPiece = 0.7;
const indent = 0.8;
const digit = 0.52;
const lineBreak = 0.5;
const sign = 0.6;
const accent = 0.95;

/** Tokens of one UTF-16 unit by the end of its range: Greek and Cyrillic, Semitic, Indic, Asian, Hangul, pairs. */
const units: readonly (readonly [end: number, tokens: number])[] = [
  [0x590, 0.45],
  [0x900, 0.6],
  [0x1100, 0.75],
  [0xac00, 1.15],
  [0xd7b0, 1.25],
  [0xe000, 1.1],
  [0x10000, 1.15],
];

/** An estimate of how many tokens a tokenizer makes of the text, in one pass. */
export function textTokens(text: string): TextTokens {
  let latin = 0;
  let other = 0;
  let letters = 0;
  let spaces = 0;
  let lower = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isUpper = unit >= 65 && unit <= 90;
    if (isUpper || (unit >= 97 && unit <= 122)) {
      // camelCase is two words.
      if (isUpper && lower) letters = 0;
      if (letters % letterPiece === 0) latin += letters === 0 ? 1 : laterPiece;
      letters++;
      lower = !isUpper;
      spaces = 0;
      continue;
    }
    letters = 0;
    lower = false;
    // One space belongs to the word behind it.
    if (unit === 32) {
      spaces++;
      if (spaces === 2) latin += indent;
      continue;
    }
    spaces = 0;
    if (unit >= 48 && unit <= 57) latin += digit;
    else if (unit < 32) latin += lineBreak;
    else if (unit < 0x80) latin += sign;
    else if (unit < 0x250) latin += accent;
    else other += tokensOfUnit(unit);
  }
  return { latin, other };
}

function tokensOfUnit(unit: number): number {
  for (const [end, tokens] of units) if (unit < end) return tokens;
  return 1;
}
