// Every repetition has an end: the texts are somebody's, and long ones must not take long.
export const piiPatterns = {
  AWS_ACCESS_KEY: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  CREDIT_DEBIT_CARD_NUMBER: /\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b/g,
  EMAIL: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g,
  IP_ADDRESS: /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g,
  MAC_ADDRESS: /\b[\dA-Fa-f]{2}(?::[\dA-Fa-f]{2}){5}\b/g,
  PHONE: /(?:\+\d{1,3}[ .-]?)?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b/g,
  URL: /\bhttps?:\/\/[^\s<>"]{1,2000}/g,
  US_SOCIAL_SECURITY_NUMBER: /\b\d{3}-\d{2}-\d{4}\b/g,
} as const;

/** The kinds of personal information that the emulator finds, by AWS's names. */
export type PiiType = keyof typeof piiPatterns;

export const piiTypes = Object.keys(piiPatterns) as PiiType[];

/** Where in a text there is something of the kind. */
export function findPii(text: string, type: PiiType): { match: string; start: number; end: number }[] {
  return [...text.matchAll(piiPatterns[type])].map(({ 0: match, index }) => ({
    match,
    start: index,
    end: index + match.length,
  }));
}
