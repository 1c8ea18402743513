import { type Check, number, object, oneOf, optional, text } from '../check.ts';
import type { MeterShape } from '../service/index.ts';
import type { AccountQuota } from './account.ts';

const amount = optional(number(0, Number.POSITIVE_INFINITY));

/**
 * A quota out of code, a file or the admin API. `null` lifts what was said before, as `undefined` does.
 *
 * @throws {TypeError} which says what is wrong and where.
 */
export const readQuota: Check<AccountQuota> = object<AccountQuota>({
  modelId: optional(text),
  region: optional(text),
  route: optional(text),
  requestsPerMinute: amount,
  tokensPerMinute: amount,
  tokensPerDay: amount,
  burndown: amount,
  concurrent: amount,
  neighbour: optional(number(0, 1)),
  access: optional(oneOf(['granted', 'denied', 'unknown_model'])),
  shape: optional(shape),
});

function shape(value: unknown, path: string): MeterShape {
  const { kind } = object<{ kind: MeterShape['kind']; burstSeconds: unknown }>(
    { kind: oneOf(['token_bucket', 'fixed_window', 'sliding_window']), burstSeconds: (given) => given },
    ['kind'],
  )(value, path);
  if (kind !== 'token_bucket') return { kind };
  const { burstSeconds } = value as { burstSeconds?: unknown };
  return { kind, burstSeconds: number(Number.MIN_VALUE)(burstSeconds, `${path}.burstSeconds`) };
}
