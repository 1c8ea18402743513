import { type Request, settledTokens, type Target, type World } from './world.ts';

/**
 * When a fluid would have got a share of the job through: work that can be cut at will, sent by somebody who knows
 * everything, with no time in which a call is only waited for.
 */
export function fluidMs(world: World, requests: readonly Request[], share: number): number {
  const goal = share * requests.length;
  const pools = world.targets.map((target) => openPool(target, requests));
  let done = 0;
  for (let at = 0; at < longestMs; at += stepMs) {
    for (const pool of pools) {
      const step = pool(at);
      if (done + step >= goal) return at + stepMs * ((goal - done) / step);
      done += step;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** How many requests a target can do in the step that begins then. */
function openPool({ quota, outages = [] }: Target, requests: readonly Request[]): (at: number) => number {
  const { shape = { kind: 'token_bucket', burstSeconds: 60 }, neighbour = 0 } = quota;
  const meanTokens = requests.reduce((sum, request) => sum + settledTokens(request, quota), 0) / requests.length;
  const perMinute =
    (1 - neighbour) *
    Math.min(
      quota.requestsPerMinute ?? Number.POSITIVE_INFINITY,
      (quota.tokensPerMinute ?? Number.POSITIVE_INFINITY) / meanTokens,
    );
  const most = (perMinute / 60) * (shape.kind === 'token_bucket' ? shape.burstSeconds / (1 - neighbour) : 60);
  let level = most;
  return (at) => {
    if (shape.kind === 'token_bucket') level = Math.min(most, level) + (perMinute * stepMs) / 60_000;
    else if (at % 60_000 === 0) level = most;
    const isOut = outages.some(({ fromMs, toMs }) => at >= fromMs && at < toMs);
    if (isOut) return 0;
    const step = level;
    level = 0;
    return step;
  };
}

const stepMs = 100;
const longestMs = 100 * 3_600_000;
