import { createSharedMemory, LLMManager } from '@outcrop/bedrock';
import { type Converse, isConverseError } from '@outcrop/converse';
import { reply, type Script } from '@outcrop/converse/testing';
import { describeConverse } from '@outcrop/converse-contract';
import { createEmulator, type Responder } from '@outcrop/emulator';

for (const transport of ['sdk', 'direct'] as const) {
  describeConverse(`@outcrop/bedrock over sockets, ${transport}`, async () => {
    const emulator = await createEmulator();
    const managers: LLMManager[] = [];

    function arrange(script: Script): Converse {
      const { respond, wasThrottled } = responderOf(script);
      emulator.when().always(respond);
      let manager: LLMManager | undefined;
      const current = () => {
        if (manager === undefined || wasThrottled()) manager = open();
        return manager;
      };
      return {
        converse: (request, options) => current().converse(request, options),
        converseStream: (request, options) => current().converseStream(request, options),
      };
    }

    function open(): LLMManager {
      const manager = new LLMManager({
        models: ['amazon.nova-lite-v1:0'],
        regions: ['us-east-1'],
        routePreference: ['in_region'],
        residency: ['us-east-1'],
        auth: { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' } },
        endpoint: emulator.url,
        transport,
        env: {},
        retry: { maxRetries: 0 },
        deadlines: { totalMs: 3_000 },
        defaultInferenceConfig: { maxTokens: 100 },
        // These tests run in real time, and a quota that has to be found begins slowly.
        memory: createSharedMemory({ limits: () => ({ known: { requestsPerMinute: 600_000 } }) }),
      });
      managers.push(manager);
      return manager;
    }

    return {
      arrange,
      refusalOf: ({ attempts }) => attempts[0]?.error?.code,
      // Both ends of the loopback buffer megabytes.
      slack: 600,
      async close() {
        for (const manager of managers) await manager.close();
        await emulator.close();
      },
    };
  });
}

/** A throttle is waited for, here until the call is over, and the next call begins without that memory. */
function responderOf(script: Script): { respond: Responder; wasThrottled(): boolean } {
  let number = 0;
  let isThrottled = false;

  return {
    wasThrottled: () => isThrottled,
    async respond({ request }) {
      number += 1;
      const answer = await (typeof script === 'function'
        ? script({ number, request, options: {} })
        : script[number - 1]);
      if (answer === undefined) throw new RangeError(`The script holds no reply for call ${number}.`);
      isThrottled ||= isConverseError(answer) && answer.code === 'throttled';
      return typeof answer === 'string' ? reply(answer) : answer;
    },
  };
}
