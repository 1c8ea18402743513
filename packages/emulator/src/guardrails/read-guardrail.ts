import { type Check, list, object, oneOf, optional, record, text } from '../check.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';
import { piiTypes } from './pii.ts';

const action: Check<GuardrailAction> = oneOf(['BLOCK', 'ANONYMIZE']);

const pattern: Check<string> = (value, path) => {
  const given = text(value, path);
  try {
    new RegExp(given, 'gu');
    return given;
  } catch (cause) {
    throw new TypeError(`${path} is no regular expression.`, { cause });
  }
};

/** A guardrail out of code or a file. Throws a TypeError that says what is wrong and where. */
export const readGuardrail: Check<Guardrail> = object<Guardrail>({
  words: optional(list(text)),
  pii: optional(record(oneOf(piiTypes), action)),
  regexes: optional(list(object({ name: text, pattern, action }, ['name', 'pattern', 'action']))),
  blockedInput: optional(text),
  blockedOutput: optional(text),
});
