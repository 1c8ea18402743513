import fc from 'fast-check';
import { vi } from 'vitest';

// The gate has to be as green tomorrow as it is today, so its properties look at the same cases every time.
// `FC_SEED=random` looks at others, and `FC_RUNS=10000` at more.
const { FC_SEED = '1', FC_RUNS = '100' } = process.env;
fc.configureGlobal({
  numRuns: Number(FC_RUNS),
  // One case that waits for ever is shown, where by the time of its test alone nobody learns which one it was.
  timeout: 30_000,
  ...(FC_SEED !== 'random' && { seed: Number(FC_SEED) }),
});
if (process.env['FC_RUNS'] !== undefined) vi.setConfig({ testTimeout: 30 * 60_000 });
