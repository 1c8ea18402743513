import type { Quota } from '@outcrop/emulator/service';
import { createRandom } from '@outcrop/retry-core/testing';

/** A pool of targets with what goes wrong with them, and a job. The client sees none of it but the answers. */
export type World = {
  name: string;
  seed: number;
  requests: number;
  targets: Target[];
  /** What a client reserves for the output. @default 1_024 */
  maxTokens?: number;
  /** How many processes share the targets without knowing of each other. @default 1 */
  processes?: number;
  /** By how much each of them starts later than the one before. @default 0 */
  apartMs?: number;
  /** The share of calls that never end. @default 0.0005 */
  hangs?: number;
  /** The share of calls that are answered with "unavailable" for no reason. @default 0.003 */
  unavailable?: number;
  /** How much longer a refusal takes than the way there and back. @default 0 */
  slowThrottleMs?: number;
};

export type Target = {
  key: string;
  quota: Quota;
  outages?: { fromMs: number; toMs: number; kind: 'unavailable' | 'black_hole' | 'throttled' }[];
  /** How much slower than the usual model. @default 1 */
  slowness?: number;
};

export type Request = {
  inputTokens: number;
  /** What the client believes: it counts no better than that. */
  estimatedInput: number;
  outputTokens: number;
  maxTokens: number;
};

/** The work, the same for every strategy. */
export function requestsOf({ seed, requests, maxTokens = 1_024 }: World): Request[] {
  const random = createRandom(seed);
  return Array.from({ length: requests }, () => {
    const inputTokens = Math.round(Math.min(6_000, logNormal(random, 1_000, 0.6)));
    return {
      inputTokens,
      estimatedInput: Math.max(1, Math.round(inputTokens * (1 + 0.12 * normal(random)))),
      outputTokens: Math.round(Math.min(maxTokens, logNormal(random, 200, 0.6))),
      maxTokens,
    };
  });
}

export function settledTokens({ inputTokens, outputTokens }: Request, { burndown = 1 }: Quota): number {
  return inputTokens + burndown * outputTokens;
}

export function logNormal(random: () => number, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(random));
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
