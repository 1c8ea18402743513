import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createFleet } from '@outcrop/retry-core';
import { type Figures, runOurs, type ScenarioName, simulate, worldOf } from '@outcrop/simulator';
import { expect, test } from 'vitest';

/** A mistake that was once made somewhere, as a change of our own source. */
type Collapse = {
  name: string;
  file: string;
  changes: [from: string, to: string][];
  scenario: ScenarioName;
  requests: number;
  /** What the intact fleet keeps, and the broken one does not. */
  holds: (figures: Figures) => boolean;
};

const collapses: Collapse[] = [
  {
    name: 'growth by the clock instead of by use',
    file: 'limiter/pace.ts',
    changes: [['const usedMs = Math.min((1000 * cost) / rate,', 'const usedMs = Math.min((20_000 * cost) / rate,']],
    scenario: 'uniform',
    requests: 5_000,
    holds: ({ throttled }) => throttled <= 0.04,
  },
  {
    name: 'every throttle of one block lowers the rate',
    file: 'limiter/limiter.ts',
    changes: [
      [
        '} else prolong(block, at, random);',
        '} else { prolong(block, at, random); for (const each of allowances) measure(each, { ...around, isWindowed: false, age: at - createdAt }); }',
      ],
    ],
    scenario: 'storm',
    requests: 2_000,
    holds: ({ busy95 }) => busy95 >= 0.93,
  },
  {
    name: 'a call that prefers another target blocks the line',
    file: 'fleet/fleet.ts',
    changes: [['const elsewhere = open.find(', 'return Number.POSITIVE_INFINITY; const elsewhere = open.find(']],
    scenario: 'large_and_small',
    requests: 2_000,
    holds: ({ lost, busy95 }) => lost === 0 && busy95 >= 0.8,
  },
  {
    name: 'two of twenty "unavailable" hold a healthy target back',
    file: 'fleet/overload.ts',
    changes: [['if (answers.filter(Boolean).length < 5) return;', 'if (answers.filter(Boolean).length < 1) return;']],
    scenario: 'flaky',
    requests: 8_000,
    holds: ({ busy95 }) => busy95 >= 0.6,
  },
  {
    name: 'a rate is believed that refunds have brought to nothing',
    file: 'limiter/allowance.ts',
    changes: [
      ['|| measured.net < 4 * settled) {', ') {'],
      ['accepted.perMinute(at) / 240', '0'],
      ['Math.max((1000 * measured.net) / ms, 0.25 * pace.perSecond)', 'Math.max((1000 * measured.net) / ms, 1)'],
    ],
    scenario: 'mostly_refunds',
    requests: 1_000,
    holds: ({ busy95 }) => busy95 >= 0.38,
  },
  {
    name: 'a rate without a floor',
    file: 'limiter/allowance.ts',
    changes: [
      ['Math.max(0.005 * averageCost || 0.005 * largestCost, ', 'Math.max(0, '],
      ['0.2 * averageCost', '0'],
    ],
    scenario: 'early_storm',
    requests: 2_000,
    holds: ({ lost, busy95 }) => lost === 0 && busy95 >= 0.84,
  },
  {
    name: 'waiting for our own credit taken for a window',
    file: 'limiter/block.ts',
    changes: [['return block.lastAt - block.probedAt >= Math.max(10_000, 3 * usualGapMs(block));', 'return true;']],
    scenario: 'neighbour',
    requests: 5_000,
    holds: ({ throttled, busy95 }) => throttled <= 0.05 && busy95 >= 0.96,
  },
];

test.each(collapses)('put back, it shows: $name', { timeout: 120_000 }, async (collapse) => {
  const world = worldOf(collapse.scenario, collapse.requests);
  const intact = await simulate(world, runOurs());
  const broken = await breakFleet(collapse);
  // Standing still for good is a collapse too, and the clock says so by an error.
  const figures = await simulate(world, runOurs(broken)).catch(() => undefined);
  expect([collapse.holds(intact), figures !== undefined && collapse.holds(figures)]).toEqual([true, false]);
});

/** The fleet of a copy of our own sources in which one thing is wrong. */
async function breakFleet({ file, changes }: Collapse): Promise<typeof createFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-collapse-'));
  try {
    cpSync(sources, folder, { recursive: true });
    const path = join(folder, file);
    let source = readFileSync(path, 'utf8');
    for (const [from, to] of changes) {
      if (!source.includes(from)) throw new Error(`${file} holds no '${from}' any more: put it back another way.`);
      source = source.replace(from, to);
    }
    writeFileSync(path, source);
    const broken = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'fleet/fleet.ts')).href);
    return broken.createFleet;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sources = join(import.meta.dirname, '../../../packages/retry-core/src');
