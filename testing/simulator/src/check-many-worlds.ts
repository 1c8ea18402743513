// Thousands of random worlds: `check-many-worlds.ts [how many] [first seed]`. Each week has seeds of its own.
import { runManyWorlds } from './many-worlds.ts';

const weekMs = 7 * 86_400_000;
const [, , count = '2000', first = String(10_000 * (Math.floor(Date.now() / weekMs) % 100_000))] = process.argv;
const seeds = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
const { failures, ofTheOracle } = await runManyWorlds(seeds);

const quantile = (share: number) => ofTheOracle[Math.floor(share * ofTheOracle.length)] ?? Number.NaN;
const [worst, tenth, median] = [0, 0.1, 0.5].map(quantile) as [number, number, number];
console.log(`${seeds.length} random worlds from seed ${first}: ${failures.length} failures.`);
console.log(`Of the oracle in ${ofTheOracle.length} jobs of a minute and more under token buckets:`);
console.log(`median ${median.toFixed(3)}, tenth percentile ${tenth.toFixed(3)}, worst ${worst.toFixed(3)}`);
for (const failure of failures) console.error(failure);
if (failures.length > 0 || !(median >= 0.95) || !(tenth >= 0.85)) process.exit(1);
