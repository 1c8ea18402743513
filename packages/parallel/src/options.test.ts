import { isConfigurationError, isConverseError } from '@outcrop/converse';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BulkOptions, retryFailedRequests, runAll } from './index.ts';
import { createSubject, requestsOf } from './subject.ts';

test.each<[options: object, message: string]>([
  [{ maxConcurrency: 0 }, 'maxConcurrency: It has to be a number from 1 on, and it is 0.'],
  [{ timeoutMs: -1 }, 'timeoutMs: It has to be a number of more than 0, and it is -1.'],
  [{ deadlineMs: Number.NaN }, 'deadlineMs: It has to be a number of more than 0, and it is NaN.'],
  [{ retry: { rounds: 0.5 } }, 'retry.rounds: It has to be a whole number from 0 on, and it is 0.5.'],
  [{ retry: {} }, 'retry.rounds: It has to be a whole number from 0 on, and it is missing.'],
  [{ retry: { rounds: 1, delayMs: -1 } }, 'retry.delayMs: It has to be a number from 0 on, and it is -1.'],
  [
    { budget: { usd: Number.NaN, estimateCost: () => ({}) } },
    'budget.usd: It has to be a number from 0 on, and it is NaN.',
  ],
  [
    { failureThreshold: {} },
    'failureThreshold: It has to be { share } from 0 to 1, or { count } from 0 on, and it is an object.',
  ],
  [
    { failureThreshold: { share: 2 } },
    'failureThreshold: It has to be { share } from 0 to 1, or { count } from 0 on, and it is an object.',
  ],
  [{ order: 'inptu' }, 'order: It has to be one of completion, input, and it is "inptu".'],
  [{ whenStopped: 'kill' }, 'whenStopped: It has to be one of drain, abort, and it is "kill".'],
  [{ maxConcurency: 5 }, 'maxConcurency: There is no such option. Is it maxConcurrency?'],
])('an option that makes no sense is named: %j', (options, message) => {
  const run = () => runAll(createSubject(createVirtualClock()), [], options);
  expect(run).toThrow(message);
  expect(run).toThrow(expect.toSatisfy(isConfigurationError) as unknown as Error);
});

test('so is a filter of those to run again', async () => {
  const clock = createVirtualClock();
  const result = await clock.run(runAll(createSubject(clock), requestsOf(1), clock).result);
  const again = retryFailedRequests(createSubject(clock), result, {
    filter: 'failed' as never,
    maxConcurrency: 0,
  });
  const error = await again.catch((thrown: unknown) => thrown);
  expect(isConfigurationError(error) && error.problems).toEqual([
    { path: 'maxConcurrency', message: 'It has to be a number from 1 on, and it is 0.' },
    { path: 'filter', message: 'It has to be a function, and it is "failed".' },
  ]);
});

/** Every option by its path, with the rest of what its group needs. */
const paths: Record<string, object> = {
  capacity: {},
  maxConcurrency: {},
  order: {},
  onFailure: {},
  failureThreshold: {},
  whenStopped: {},
  timeoutMs: {},
  deadlineMs: {},
  signal: {},
  retry: {},
  'retry.rounds': {},
  'retry.delayMs': { rounds: 1 },
  'retry.multiplier': { rounds: 1 },
  'retry.filter': { rounds: 1 },
  budget: {},
  'budget.usd': { estimateCost: () => ({ usd: 1 }) },
  'budget.tokens': { estimateCost: () => ({ tokens: 1 }) },
  'budget.estimateCost': { usd: 1 },
  validate: {},
  journal: {},
  onEvent: {},
};

const junk = fc.oneof(
  fc.constantFrom(Number.NaN, -1, 0, 0.5, 1e300, Number.POSITIVE_INFINITY, '', 'x', '__proto__'),
  fc.constantFrom(null, true, false, 1n, Symbol('x'), new Date(0), Promise.resolve(), [], [[]], {}),
  fc.anything(),
);

test('the wait between rounds does not grow for ever', async () => {
  const clock = createVirtualClock();
  const waits: number[] = [];
  const onEvent: BulkOptions['onEvent'] = (event) => void (event.type === 'retry' && waits.push(event.waitMs));
  const subject = createSubject(clock, { answer: () => new Error('No.') });
  await clock.run(
    runAll(subject, requestsOf(1), { ...clock, onEvent, retry: { rounds: 1_200, filter: () => true } }).result,
  );
  expect([waits[0], waits[1], waits.at(-1), waits.length]).toEqual([2_000, 4_000, 3_600_000, 1_200]);
});

test.each(Object.entries(paths))('%s is named where it is nonsense, and works where it is not', async (path, rest) => {
  const [group, name] = path.split('.') as [string, string | undefined];
  await fc.assert(
    fc.asyncProperty(junk, async (value) => {
      const clock = createVirtualClock();
      let failures = 0;
      const answer = (text: string) => (text === '2' && failures++ < 5 ? new Error('No.') : text);
      const subject = createSubject(clock, { answer });
      const options = { ...clock, [group]: name === undefined ? value : { ...rest, [name]: value } };
      try {
        const { outcomes } = await clock.run(runAll(subject, requestsOf(3), options as BulkOptions).result);
        expect(outcomes).toHaveLength(3);
        for (const outcome of outcomes)
          if (outcome.type === 'failed') expect(isConverseError(outcome.error)).toBe(true);
      } catch (error) {
        if (!isConfigurationError(error)) throw error;
        for (const problem of error.problems) expect(problem.path.startsWith(path)).toBe(true);
      }
      expect(clock.pending).toBe(0);
    }),
  );
});
