import { expect, test } from 'vitest';
import { plain } from '../terminal.ts';
import { frameOf, lineOf } from './frame.ts';
import { createRate, type Standing } from './standing.ts';

const standing: Standing = {
  total: 10_000,
  ended: 5_400,
  ok: 5_312,
  failed: 88,
  running: 64,
  tokens: 1_234_000,
  usd: 0.8412,
  elapsedMs: 30_000,
  perSecond: 182.4,
  targets: [
    { model: 'Claude Haiku 4.5', region: 'us-east-1', replies: 3_293, throttles: 412 },
    { model: 'Nova Lite', region: 'us-west-2', replies: 2_019, throttles: 0 },
  ],
  isEnding: false,
};

const frame = (changes: Partial<Standing> = {}, columns = 100) =>
  frameOf({ ...standing, ...changes }, { columns, style: plain });

test('a frame', () => {
  expect(frame()).toEqual([
    '████████████████▏░░░░░░░░░░░░░  5,400 of 10,000 (54 %) · 182/s · 25 s left',
    '5,312 answered · 88 failed · 64 under way · 1.2 M tokens · $0.84',
    'Claude Haiku 4.5  us-east-1  62 %  3,293  412 throttles',
    'Nova Lite         us-west-2  38 %  2,019',
  ]);
});

test('a frame of a narrow terminal breaks between words', () => {
  expect(frame({ targets: [], isEnding: true }, 39)).toEqual([
    '███▊░░░  5,400 of 10,000 (54 %) · 182/s',
    '5,312 answered · 88 failed · 64 under',
    'way · 1.2 M tokens · $0.84',
    'Finishing 64 under way. Ctrl-C again',
    'stops at once.',
  ]);
});

test('a frame of a run that is coming to its end says so, and promises no time', () => {
  const lines = frame({ isEnding: true });
  expect(lines[0]).toBe('████████████████▏░░░░░░░░░░░░░  5,400 of 10,000 (54 %) · 182/s');
  expect(lines.at(-1)).toBe('Finishing 64 under way. Ctrl-C again stops at once.');
});

test.each<[string, Partial<Standing>, string]>([
  ['nothing yet', { ended: 0, ok: 0, perSecond: 0 }, `${'░'.repeat(30)}  0 of 10,000 (0 %) · 0.0/s`],
  ['all of it', { ended: 10_000, perSecond: 3.14 }, `${'█'.repeat(30)}  10,000 of 10,000 (100 %) · 3.1/s`],
  ['nothing to do', { ended: 0, total: 0, perSecond: 0 }, `${'█'.repeat(30)}  0 of 0 (100 %) · 0.0/s`],
  ['nearly all', { ended: 9_999, perSecond: 1 }, `${'█'.repeat(29)}▉  9,999 of 10,000 (99 %) · 1.0/s · 1.0 s left`],
  ['nobody knows how many', { total: undefined }, '5,400 done · 182/s'],
])('the bar of %s', (_, changes, line) => {
  expect(frame(changes)[0]).toBe(line);
});

test.each([20, 40, 60, 80])('no line is wider than %i columns', (columns) => {
  for (const line of frame({ failed: 0 }, columns).slice(2))
    expect(line.length).toBeLessThanOrEqual(Math.max(columns, 40));
  expect(frame({}, columns)[0]?.length).toBeLessThanOrEqual(Math.max(columns, 42));
});

test('of many targets the busiest are shown, and the others counted', () => {
  const targets = Array.from({ length: 11 }, (_, at) => ({ model: `M${at}`, region: 'r', replies: at, throttles: 0 }));
  const lines = frame({ targets }).slice(2);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'M9', 'M10', 'and']);
  expect(lines.at(-1)).toBe('and 3 more');
});

test('a line for a log', () => {
  expect(lineOf(standing)).toBe(
    '5,400 of 10,000 (54 %), 88 failed, 182/s, 25 s left, 64 under way, 1.2 M tokens, $0.84, 412 throttles',
  );
});

test('the rate is that of the last fifteen seconds', () => {
  const rate = createRate();
  expect(rate(0, 0)).toBe(0);
  expect(rate(10_000, 100)).toBe(10);
  for (let second = 11; second <= 40; second++) rate(second * 1_000, 100);
  expect(rate(41_000, 130)).toBeCloseTo(30 / 15, 0);
});
