import type { AccountQuota } from './account.ts';

type Read = (value: unknown) => boolean;
type Field = readonly [expected: string, fits: Read];

const text: Field = ['a text', (value) => typeof value === 'string' && value !== ''];
const amount: Field = ['a number from 0', (value) => typeof value === 'number' && value >= 0];
const accesses: unknown[] = ['granted', 'denied', 'unknown_model'];

const fields: { [Name in keyof AccountQuota]-?: Field } = {
  modelId: text,
  region: text,
  route: text,
  requestsPerMinute: amount,
  tokensPerMinute: amount,
  tokensPerDay: amount,
  burndown: amount,
  concurrent: amount,
  neighbour: ['a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1],
  access: [`one of ${accesses.join(', ')}`, (value) => accesses.includes(value)],
  shape: ['a shape: token_bucket with burstSeconds above 0, fixed_window or sliding_window', isShape],
};

/**
 * A quota out of code, a file or the admin API. `null` lifts what was said before, as `undefined` does.
 *
 * @throws {TypeError} which says what is wrong and where.
 */
export function readQuota(value: unknown, path = 'quota'): AccountQuota {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${path} has to be an object such as { region, requestsPerMinute }.`);
  }
  const entries = Object.entries(value).map(([name, inside]) => {
    const field = Object.hasOwn(fields, name) ? fields[name as keyof AccountQuota] : undefined;
    if (field === undefined) {
      throw new TypeError(`${path} has no '${name}'. It may have: ${Object.keys(fields).join(', ')}.`);
    }
    const given = inside ?? undefined;
    if (given !== undefined && !field[1](given)) {
      throw new TypeError(`${path}.${name} has to be ${field[0]}, and it is ${JSON.stringify(given)}.`);
    }
    return [name, given];
  });
  return Object.fromEntries(entries);
}

function isShape(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, burstSeconds } = value as { kind?: unknown; burstSeconds?: unknown };
  if (kind === 'token_bucket') return typeof burstSeconds === 'number' && burstSeconds > 0;
  return kind === 'fixed_window' || kind === 'sliding_window';
}
