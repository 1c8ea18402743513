import { describeConverse } from '@outcrop/converse-contract';
import { createEmulator } from '@outcrop/emulator';
import { responderOf } from './responder-of.ts';
import { target, ways } from './scene.ts';

for (const [name, create] of ways) {
  describeConverse(name, async () => {
    const emulator = await createEmulator();
    const bedrock = create(emulator.url);
    return {
      arrange(script) {
        emulator.when().always(responderOf(script));
        return bedrock.connect(target);
      },
      // Both ends of the loopback buffer megabytes.
      slack: 600,
      async close() {
        await bedrock.close();
        await emulator.close();
      },
    };
  });
}
