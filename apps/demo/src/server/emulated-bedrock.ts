import { eventsOf } from '@outcrop/converse/testing';
import { bedrockError, createEmulator, type EmulatedCall, fault, type Step, throttle } from '@outcrop/emulator';
import { createService, type Service } from '@outcrop/emulator/service';
import type { Catalog } from '@outcrop/model-catalog';
import { answerTo } from './geologist.ts';
import { everythingWorks, type Switches } from './switches.ts';

/** Amazon Bedrock on localhost, with switches to break it. All that this demo knows of the emulator is in this file. */
export type EmulatedBedrock = AsyncDisposable & {
  readonly url: string;
  switches: Switches;
};

/** How a reply arrives: what a person can read along, and what it is like when a region is slow. */
const paces = { usual: { firstMs: 260, pieceMs: 18 }, slow: { firstMs: 1_500, pieceMs: 160 } };

const eventsBeforeCut = 24;

/** Starts it on a free port of this machine. */
export async function startEmulatedBedrock(catalog: Catalog, names: readonly string[]): Promise<EmulatedBedrock> {
  let switches = everythingWorks;
  let service = createQuotas(switches.requestsPerMinute);

  function createQuotas(requestsPerMinute: number): (call: EmulatedCall) => boolean {
    // A shallow bucket: who sends a minute's worth at once is throttled.
    const shape = { kind: 'token_bucket', burstSeconds: 2 } as const;
    const services = new Map<string, Service>();
    return ({ modelId, region }) => {
      const key = `${modelId} ${region}`;
      const quotas = { [key]: { requestsPerMinute, shape } };
      const quota = services.get(key) ?? createService({ quotas, now: () => performance.now() });
      services.set(key, quota);
      const admission = quota.admit(key, { inputTokens: 1, maxTokens: 1 });
      if (admission.type === 'admitted') admission.call.settle({ inputTokens: 1, outputTokens: 1 });
      return admission.type === 'admitted';
    };
  }

  const outage = () => bedrockError('ServiceUnavailableException');
  const isDown = ({ region }: EmulatedCall) => switches.downRegions.includes(region);

  async function* speak(call: EmulatedCall): AsyncGenerator<Step> {
    const { region, signal, delay, operation } = call;
    const isSlow = switches.slowRegions.includes(region);
    const { firstMs, pieceMs } = isSlow ? paces.slow : paces.usual;
    const events = eventsOf(answerTo(call.request), { pieceLength: operation === 'Converse' ? 4_000 : 9 });
    await delay(firstMs * (0.75 + Math.random() / 2), signal);
    for (const [index, event] of events.entries()) {
      if (isDown(call)) throw outage();
      if (index === eventsBeforeCut && switches.cutRegions.includes(region)) yield fault('reset');
      yield event;
      if (event.contentBlockDelta) await delay(pieceMs, signal);
    }
  }

  const emulator = await createEmulator({
    respond: (call) => {
      if (isDown(call)) return outage();
      if (switches.throttledModels.includes(nameOf(call.modelId))) return throttle();
      return service(call) ? speak(call) : throttle();
    },
  });

  function nameOf(modelId: string): string {
    return names.find((name) => catalog.model(name) === catalog.model(modelId)) ?? modelId;
  }

  return {
    url: emulator.url,
    get switches() {
      return switches;
    },
    set switches(next) {
      if (next.requestsPerMinute !== switches.requestsPerMinute) service = createQuotas(next.requestsPerMinute);
      switches = next;
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
