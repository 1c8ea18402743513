import { createRetryBudget } from '@outcrop/retry-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test.each(['capacity', 'refundPerSuccess'])('%s that is no amount is a mistake', (name) => {
  for (const figure of [Number.NaN, -1]) {
    expect(() => createRetryBudget({ [name]: figure })).toThrow(
      new RangeError(`${name} is ${figure}, but has to be 0 or more.`),
    );
  }
});

test('what was spent and what is left is what there was and what came back', () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.boolean()),
      (capacity, refundPerSuccess, steps) => {
        const budget = createRetryBudget({ capacity, refundPerSuccess });
        let taken = 0;
        let refunded = 0;
        for (const isRetry of steps) {
          if (isRetry) taken += budget.take() ? 1 : 0;
          else {
            budget.refund();
            refunded++;
          }
          expect(budget.level).toBeGreaterThanOrEqual(0);
          expect(budget.level).toBeLessThanOrEqual(capacity);
          expect(taken).toBeLessThanOrEqual(capacity + refunded * refundPerSuccess + 1e-9);
        }
      },
    ),
  );
});
