import type { Quota } from '@outcrop/emulator/service';
import { createRandom } from '@outcrop/retry-core/testing';
import { shapes } from './scenarios.ts';
import type { Target, World } from './world.ts';

/** A world that nobody thought of. The same seed gives the same world. */
export function randomWorld(seed: number): World {
  const random = createRandom(seed * 7_919);
  const between = (least: number, most: number) => least * (most / least) ** random();
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const maxTokens = oneOf([512, 1_024, 1_024, 4_096]);
  const shape = oneOf([shapes.tb60, shapes.tb60, shapes.tb10, shapes.tb10, shapes.tb1, shapes.fw60, shapes.sw60]);
  const burstSeconds = shape.kind === 'token_bucket' ? shape.burstSeconds : 60;
  // A quota that could never hold the largest request is another story.
  const leastTokens = (90 * (6_000 + maxTokens)) / burstSeconds;
  const burndown = oneOf([1, 5, 5, 10, 15]);

  const targets = Array.from({ length: Math.ceil(random() * 5) }, (_, index): Target => {
    const tokensPerMinute = Math.round(between(Math.max(40_000, leastTokens), Math.max(3_000_000, 2 * leastTokens)));
    const quota: Quota = { tokensPerMinute, shape, burndown };
    if (random() < 0.4)
      quota.requestsPerMinute = Math.ceil(Math.max(240 / burstSeconds, tokensPerMinute / between(1_000, 6_000)));
    if (random() < 0.25) quota.neighbour = 0.2 + 0.4 * random();
    return { key: `target-${index}`, quota, slowness: between(0.5, 2) };
  });
  const out = oneOf(targets);
  if (targets.length > 1 && random() < 0.3) {
    const fromMs = 5_000 + 60_000 * random();
    out.outages = [{ fromMs, toMs: fromMs + 120_000 * random(), kind: oneOf(['unavailable', 'black_hole'] as const) }];
  }
  const tokensPerSecond = targets.reduce((sum, { quota }) => sum + (quota.tokensPerMinute ?? 0) / 60, 0);
  const seconds = between(60, 300);
  const requests = Math.round(Math.min(4_000, Math.max(100, (tokensPerSecond * seconds) / (1_200 + 240 * burndown))));
  return { name: `random ${seed} ${shape.kind} ${burstSeconds}`, seed, requests, targets, maxTokens };
}
