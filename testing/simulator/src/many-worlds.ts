import { oracle } from './oracle.ts';
import { runOurs } from './ours.ts';
import { randomWorld } from './random-world.ts';
import { simulate } from './run.ts';

/** What came of many worlds that nobody thought of. */
export type ManyWorlds = {
  /** Those in which something was lost, or took far too long: each with what it was. */
  failures: string[];
  /** The oracle's time divided by ours, ascending, of jobs of a minute and more under token buckets. */
  ofTheOracle: number[];
};

/** Runs one job in each world. Jobs that are cut short are over before anything is learnt: then no oracle is asked. */
export async function runManyWorlds(
  seeds: Iterable<number>,
  mostRequests = Number.POSITIVE_INFINITY,
): Promise<ManyWorlds> {
  const many: ManyWorlds = { failures: [], ofTheOracle: [] };
  for (const seed of seeds) {
    const whole = randomWorld(seed);
    const world = { ...whole, requests: Math.min(whole.requests, mostRequests) };
    const { lost, doneMs, idealMs } = await simulate(world, runOurs());
    // A window that was missed costs a minute.
    const isLate = doneMs > 3 * idealMs + 180_000;
    if (lost > 0 || isLate) many.failures.push(`${world.name}: ${lost} lost, ${doneMs} of ${idealMs} ms`);
    if (mostRequests < Number.POSITIVE_INFINITY || idealMs < 60_000 || !world.name.includes('token_bucket')) continue;
    many.ofTheOracle.push((await simulate(world, oracle)).doneMs / doneMs);
  }
  many.ofTheOracle.sort((a, b) => a - b);
  return many;
}
