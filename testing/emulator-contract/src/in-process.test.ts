import { describeConverse } from '@outcrop/converse-contract';
import { createEmulator } from '@outcrop/emulator';
import { responderOf } from './responder-of.ts';

const target = { model: 'Nova Lite', id: 'eu.amazon.nova-lite-v1:0', region: 'eu-west-1', route: 'geo' };

describeConverse('the emulator in process', async () => {
  const emulator = await createEmulator();
  return {
    arrange(script) {
      emulator.when().always(responderOf(script));
      return emulator.connect(target);
    },
    close: emulator.close,
  };
});
