import { bedrockError } from '../errors.ts';

/** Refuses what is not one of the values that a parameter may have. */
export function checkQuery(query: URLSearchParams, allowed: Readonly<Record<string, readonly string[]>>): void {
  for (const [name, values] of Object.entries(allowed)) {
    const value = query.get(name);
    if (value === null || values.includes(value)) continue;
    refuse(value, name, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }
}

const defaultPage = 1_000;

/** One page of a list. Its token says how far it went. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams): { items: T[]; nextToken?: string } {
  const asked = query.get('maxResults');
  const size = asked === null ? defaultPage : Number(asked);
  if (asked !== null && !(size >= 1)) refuse(asked, 'maxResults', 'Member must have value greater than or equal to 1');
  if (size > defaultPage)
    refuse(String(asked), 'maxResults', `Member must have value less than or equal to ${defaultPage}`);
  const token = query.get('nextToken');
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw bedrockError('ValidationException', 'The provided nextToken is invalid.');
  const end = start + Math.floor(size);
  const page = items.slice(start, end);
  return end < items.length
    ? { items: page, nextToken: Buffer.from(String(end)).toString('base64url') }
    : { items: page };
}

function refuse(value: string, name: string, constraint: string): never {
  const what = `Value '${value.slice(0, 64)}' at '${name}' failed to satisfy constraint: ${constraint}`;
  throw bedrockError('ValidationException', `1 validation error detected: ${what}`);
}
