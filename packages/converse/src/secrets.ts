import type { JsonValue } from './one-of.ts';

// Access keys and Bedrock API keys give themselves away, wherever they stand.
const keys = /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b|\b(?:ABSK|bedrock-api-key-)[\w+/=-]{8,}/g;

// Of the others it is known only by what stands before them.
const names =
  'Signature|X-Amz-Signature|X-Amz-Security-Token|aws_?secret_?access_?key|secret_?access_?key|aws_?session_?token|session_?token|x-api-key';
const named = new RegExp(`(\\b(?:${names})\\\\?["']?\\s*[=:]\\s*\\\\?["']?)[^\\s,;&"'\\\\]+`, 'gi');
const secretName = new RegExp(`^(?:${names})$`, 'i');

// A token is long; the word after "bearer" in a sentence is not.
const authorization = /(\bBearer\s+(?=[\w.~+/=-]{16})|\bAuthorization\\?["']?\s*[=:]\s*\\?["']?Basic\s+)[\w.~+/=-]+/gi;

// The password of a proxy stands in its address.
const password = /(:\/\/[^\s:/?#@]*:)[^\s/?#@]+(?=@)/g;

/** The text with the secrets blotted out that clients, proxies and the service are known to put into messages. */
export function withoutSecrets(text: string): string {
  return text
    .replace(keys, '[secret]')
    .replace(authorization, '$1[secret]')
    .replace(named, '$1[secret]')
    .replace(password, '$1[secret]');
}

// Deeper than what anybody wants to read of an error, and shallow enough for every stack.
const maxDepth = 32;

/** The value as JSON can say it, without secrets. What JSON has no word for, or can't be read, is left out. */
export function plainWithoutSecrets(value: unknown, above: readonly object[] = []): JsonValue | undefined {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return undefined;
  if (above.includes(value)) return '[circular]';
  if (above.length === maxDepth) return '[too deep]';

  const inside = [...above, value];
  try {
    if (Array.isArray(value)) return value.map((item) => plainWithoutSecrets(item, inside) ?? null);
    if ('toJSON' in value && typeof value.toJSON === 'function') return plainWithoutSecrets(value.toJSON(), inside);
    const fields = Object.entries(value).flatMap(([key, field]) => {
      const plain = secretName.test(key) ? '[secret]' : plainWithoutSecrets(field, inside);
      return plain === undefined ? [] : [[key, plain] as const];
    });
    return Object.fromEntries(fields);
  } catch {
    // A getter or a `toJSON` of whoever made the detail: it must not hide the error that it stands in.
    return undefined;
  }
}
