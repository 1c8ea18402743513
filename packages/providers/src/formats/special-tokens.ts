import type { Warning } from '@outcrop/converse';

// No letter, no space and no part of any template's token: a text that holds one reads as before, and no tokenizer
// finds the token in it.
const joiner = '\u2060';

/**
 * Takes what makes a token of the template out of a text, so that the text can't end its own turn and begin another:
 * an invisible character goes behind the first one of each token.
 */
export function neutralise(text: string, tokens: RegExp, path: string, warnings: Warning[]): string {
  const safe = text.replace(everyOf(tokens), ([first = '', ...rest]) => first + joiner + rest.join(''));
  if (safe !== text) {
    const message = `The text held what the prompt's template is made of. An invisible character was put in, so that it can't end its turn.`;
    warnings.push({ code: 'special_token_neutralised', message, path });
  }
  return safe;
}

function everyOf(tokens: RegExp): RegExp {
  return new RegExp(tokens.source, tokens.flags.includes('g') ? tokens.flags : `${tokens.flags}g`);
}
