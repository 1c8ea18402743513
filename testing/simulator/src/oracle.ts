import { callingOnce } from './call-once.ts';
import type { Strategy } from './run.ts';
import type { Request } from './world.ts';

/** Sees every level and every outage, and never sends what would be refused. */
export const oracle: Strategy = async (world, requests, calls, clock, tally) => {
  const once = callingOnce(calls, clock, tally, 60_000);
  const waiting = [...requests].reverse();
  const states = world.targets.map((target) => ({ target, running: 0, onWay: 0, tokensOnWay: 0 }));
  let turn = 0;
  let left = requests.length;

  function hasRoom({ target, running, onWay, tokensOnWay }: (typeof states)[number], request: Request): boolean {
    const { quota, outages = [], key } = target;
    const arrival = clock.now() + oneWayMs;
    if (outages.some(({ fromMs, toMs }) => arrival >= fromMs && clock.now() < toMs)) return false;
    if (running >= (quota.concurrent ?? Number.POSITIVE_INFINITY)) return false;
    // What is on its way is not counted by the service yet.
    if (quota.requestsPerMinute !== undefined && onWay >= quota.requestsPerMinute / 1_000) return false;
    return calls.service.hasRoom(key, { ...request, inputTokens: request.inputTokens + tokensOnWay });
  }

  async function send(state: (typeof states)[number], request: Request): Promise<void> {
    const tokens = request.inputTokens + request.maxTokens;
    state.running++;
    state.onWay++;
    state.tokensOnWay += tokens;
    const outcome = once(state.target.key, request);
    await clock.delay(oneWayMs);
    state.onWay--;
    state.tokensOnWay -= tokens;
    if ((await outcome) === 'success') left--;
    else waiting.push(request);
    state.running--;
  }

  while (left > 0) {
    const request = waiting.at(-1);
    const usable = request === undefined ? [] : states.filter((state) => hasRoom(state, request));
    const state = usable[turn++ % usable.length];
    if (request === undefined || state === undefined) {
      await clock.delay(request === undefined ? 500 : 50);
      continue;
    }
    waiting.pop();
    void send(state, request);
  }
};

const oneWayMs = 30;
