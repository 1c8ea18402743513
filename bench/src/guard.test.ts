import { expect, test } from 'vitest';
import type { Measured } from './figure.ts';
import { guard } from './guard.ts';
import type { Results } from './results.ts';

const run = (ratios: Record<string, number>, notRun: Measured['notRun'] = []): Results => ({
  date: '2026-11-26T12:00:00.000Z',
  node: 'v26.10.0',
  machine: { cpu: 'any', cores: 2, memoryGb: 8, os: 'any' },
  service: 'emulator',
  rounds: 3,
  seconds: 60,
  versions: {},
  figures: Object.entries(ratios).map(([what, median]) => ({
    ...{ what, unit: 'µs', client: 'LLMManager', median: 1, low: 1, high: 1 },
    ratio: { median, low: median, high: median },
  })),
  notRun,
});

const ours = ['LLMManager'];

test('what is no worse than the margin passes, whatever wall time says', () => {
  const then = run({ 'CPU of a call': 0.6, 'wall time of a call': 0.6, bundle: 2 });
  const now = run({ 'CPU of a call': 0.89, 'wall time of a call': 6, bundle: 1 });
  expect(guard(now, then, ours)).toEqual({
    said: `| what | client | 2026-11-26, ÷ the AWS SDK | now |  |
|---|---|---|---|---|
| CPU of a call | LLMManager | 0.60 | 0.89 | × 1.48 |
| bundle | LLMManager | 2.00 | 1.00 | × 0.50 |

No ratio is worse than × 1.5 of what it was.`,
    failed: false,
  });
});

test.each<[name: string, now: Results, then: Results, said: string]>([
  [
    'is worse',
    run({ 'CPU of a call': 0.92 }),
    run({ 'CPU of a call': 0.6 }),
    'CPU of a call, LLMManager: 0.92 of the AWS SDK, it was 0.60.',
  ],
  [
    'was not measured before',
    run({ 'CPU of a call': 0.6 }),
    run({}),
    'CPU of a call, LLMManager: the last run has no ratio of it. Run: pnpm bench',
  ],
  [
    'did not run',
    run({}, [{ what: 'CPU of a call', client: 'LLMManager', why: 'No text came.' }]),
    run({ 'CPU of a call': 0.6 }),
    'CPU of a call, LLMManager: did not run. No text came.',
  ],
])('what %s fails, and is named', (_, now, then, said) => {
  const verdict = guard(now, then, ours);
  expect(verdict.failed).toBe(true);
  expect(verdict.said.split('\n').at(-1)).toBe(said);
});

test("a peer's ratios are its own business", () => {
  const verdict = guard(run({ 'CPU of a call': 9 }), run({ 'CPU of a call': 1 }), ['providers']);
  expect(verdict.failed).toBe(false);
});
