import { type ConverseHarness, describeConverse } from '@outcrop/converse-contract';
import { createEmulator } from '@outcrop/emulator';
import { createClient, transports } from './clients.ts';
import { responderOf } from './responder-of.ts';
import { sdkConverse } from './sdk-converse.ts';

for (const [name, config] of transports) {
  const harness = async (): Promise<ConverseHarness> => {
    const emulator = await createEmulator();
    const client = createClient(emulator.url, config);
    return {
      arrange(script) {
        emulator.when().always(responderOf(script));
        return sdkConverse(client, 'eu.amazon.nova-lite-v1:0');
      },
      // Both ends of the loopback buffer megabytes.
      slack: 600,
      close: emulator.close,
    };
  };

  // It drops events of a kind that it does not know, without a word, and tells nobody of its attempts.
  describeConverse(`the AWS SDK over ${name}`, harness, { lacks: ['call_events', 'unknown_events'] });
}
