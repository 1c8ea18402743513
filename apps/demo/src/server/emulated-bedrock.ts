import { eventsOf } from '@outcrop/converse/testing';
import { bedrockError, createEmulator, type EmulatedCall, fault, type Step, throttle } from '@outcrop/emulator';
import type { Catalog } from '@outcrop/model-catalog';
import { answerTo } from './geologist.ts';
import { everythingWorks, type Switches } from './switches.ts';

/** Amazon Bedrock on localhost, with switches to break it. All that this demo knows of the emulator is in this file. */
export type EmulatedBedrock = AsyncDisposable & {
  readonly url: string;
  switches: Switches;
};

/** How a reply arrives: as fast as a person can follow, and what it is like when a region is slow. */
const paces = { usual: { firstMs: 260, pieceMs: 18 }, slow: { firstMs: 1_000, pieceMs: 150 } };

const eventsBeforeCut = 20;

// A shallow bucket: who sends a minute's worth at once is throttled.
const shape = { kind: 'token_bucket', burstSeconds: 2 } as const;

/** Starts it on a free port of this machine. */
export async function startEmulatedBedrock(catalog: Catalog): Promise<EmulatedBedrock> {
  let switches = everythingWorks;
  const outage = () => bedrockError('ServiceUnavailableException');
  const isDown = ({ region }: EmulatedCall) => switches.downRegions.includes(region);
  const isThrottled = ({ modelId }: EmulatedCall) => switches.throttledModels.includes(catalog.model(modelId).name);

  async function* speak(call: EmulatedCall): AsyncGenerator<Step> {
    const { region, signal, delay, operation } = call;
    const { firstMs, pieceMs } = switches.slowRegions.includes(region) ? paces.slow : paces.usual;
    const events = eventsOf(answerTo(call.request), { pieceLength: operation === 'Converse' ? 4_000 : 12 });
    await delay(firstMs * (0.75 + Math.random() / 2), signal);
    for (const [index, event] of events.entries()) {
      // Whoever switches a region off wants to see it now, and not with the next reply.
      if (isDown(call)) throw outage();
      if (index === eventsBeforeCut && switches.cutRegions.includes(region)) yield fault('reset');
      yield event;
      if (event.contentBlockDelta) await delay(pieceMs, signal);
    }
  }

  const emulator = await createEmulator({
    quotas: [{ requestsPerMinute: switches.requestsPerMinute, shape }],
    respond: (call) => (isDown(call) ? outage() : isThrottled(call) ? throttle() : speak(call)),
  });

  return {
    url: emulator.url,
    get switches() {
      return switches;
    },
    set switches(next) {
      const { requestsPerMinute } = next;
      if (requestsPerMinute !== switches.requestsPerMinute) emulator.quotas.set({ requestsPerMinute });
      switches = next;
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
