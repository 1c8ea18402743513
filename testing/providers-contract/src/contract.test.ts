import type { Target } from '@outcrop/converse';
import { describeConverse } from '@outcrop/converse-contract';
import { createEmulator } from '@outcrop/emulator';
import { type BedrockOptions, createBedrock } from '@outcrop/providers';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { responderOf } from './responder-of.ts';

const target: Target = {
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
  region: 'eu-west-1',
  route: 'in_region',
  api: 'converse',
  quotaKey: 'nova',
  traits: {},
};
const auth = { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' } };

const ways: [string, () => Partial<BedrockOptions>][] = [
  ['the SDK over HTTP/1.1', () => ({})],
  ['the SDK with a handler of HTTP/2', () => ({ requestHandler: new NodeHttp2Handler() })],
];

for (const [name, options] of ways) {
  describeConverse(name, async () => {
    const emulator = await createEmulator();
    const bedrock = createBedrock({ auth, endpoint: emulator.url, ...options() });
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
