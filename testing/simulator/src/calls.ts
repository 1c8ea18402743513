import { type AdmittedCall, createService, type Service } from '@outcrop/emulator/service';
import { createRandom, type VirtualClock } from '@outcrop/retry-core/testing';
import { logNormal, type Request, type Target, type World } from './world.ts';

/** What a client gets to see. */
type Answer =
  | { type: 'success'; tokens: number }
  | { type: 'throttled'; limit: 'requests' | 'tokens' | undefined }
  | { type: 'unavailable' }
  | { type: 'error' };

/** The service behind a network: calls take time, fail, hang, and are refused. */
export type Calls = {
  service: Service;
  /** Rejects with the signal's reason alone. */
  send(key: string, request: Request, signal: AbortSignal): Promise<Answer>;
};

const roundTripMs = 60;

export function createCalls(world: World, clock: VirtualClock): Calls {
  const random = createRandom(world.seed ^ 0x5eed);
  const targets = new Map(world.targets.map((target) => [target.key, target]));
  const quotas = Object.fromEntries(world.targets.map(({ key, quota }) => [key, quota]));
  const service = createService({ quotas, now: clock.now });

  async function send(key: string, request: Request, signal: AbortSignal): Promise<Answer> {
    const target = targets.get(key) as Target;
    await clock.delay(roundTripMs / 2, signal);
    const outage = target.outages?.find(({ fromMs, toMs }) => clock.now() >= fromMs && clock.now() < toMs)?.kind;
    if (outage === 'black_hole') await clock.delay(Number.POSITIVE_INFINITY, signal);
    if (outage === 'unavailable') return answer({ type: 'unavailable' });
    if (outage === 'throttled') return answer({ type: 'throttled', limit: undefined });
    if (random() < (world.unavailable ?? 0.003)) return answer({ type: 'unavailable' });

    const admission = service.admit(key, request);
    if (admission.type === 'throttled') {
      await clock.delay(world.slowThrottleMs ?? 0, signal);
      return answer({ type: 'throttled', limit: admission.limit === 'requests' ? 'requests' : 'tokens' });
    }
    if (admission.type !== 'admitted') return answer({ type: 'unavailable' });
    return answer(await serve(target, request, admission.call, signal));
  }

  async function serve(target: Target, request: Request, call: AdmittedCall, signal: AbortSignal): Promise<Answer> {
    const { slowness = 1 } = target;
    const hangs = random() < (world.hangs ?? 0.0005);
    const firstTokenMs = slowness * logNormal(random, 700, 0.4);
    const writingMs = (slowness * request.outputTokens * 1000) / logNormal(random, 55, 0.3);
    try {
      if (random() < 0.002) {
        await clock.delay(firstTokenMs, signal);
        call.fail();
        return { type: 'error' };
      }
      await clock.delay(hangs ? Number.POSITIVE_INFINITY : firstTokenMs + writingMs, signal);
    } catch (error) {
      // Whoever hangs up has used what was written until then: nobody knows how much.
      call.settle({ ...request, outputTokens: request.outputTokens / 2 });
      throw error;
    }
    call.settle(request);
    const { burndown = 1 } = target.quota;
    return { type: 'success', tokens: request.inputTokens + burndown * request.outputTokens };
  }

  async function answer(answer: Answer): Promise<Answer> {
    // The way back; a call that ends in it has ended.
    await clock.delay(roundTripMs / 2);
    return answer;
  }

  return { service, send };
}
