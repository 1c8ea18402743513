import { aimd } from './aimd.ts';
import { fixedConcurrency, longBackoff, roundRobin, sdkAdaptive, sdkStandard } from './fixed-concurrency.ts';
import { oracle } from './oracle.ts';
import { runOurs } from './ours.ts';
import type { Strategy } from './run.ts';

/** Who does the job: what others do, what we do, and what could be done. */
export const strategies = {
  '50 at once, SDK standard': fixedConcurrency(50, sdkStandard),
  '200 at once, long back-off': fixedConcurrency(200, longBackoff),
  '200 at once, SDK adaptive': fixedConcurrency(200, sdkAdaptive),
  '100 at once, round robin': fixedConcurrency(100, roundRobin),
  AIMD: aimd,
  fleet: runOurs(),
  'all-seeing': oracle,
} as const satisfies Record<string, Strategy>;
