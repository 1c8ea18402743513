import { type Converse, ConverseError, isConverseError } from '@outcrop/converse';
import { reply, type Script } from '@outcrop/converse/testing';
import { describeConverse } from '@outcrop/converse-contract';
import { createEmulator, type Responder } from '@outcrop/emulator';
import { createSharedMemory, LLMManager, type Selection } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { describe } from 'vitest';

const catalog = createCatalog();

describe.each<[name: string, selection: Selection]>([
  ['one target', { models: ['Nova Lite'], regions: ['eu-west-1'] }],
  ['many targets', { models: ['Nova Lite', 'Nova Micro'], regions: ['us-east-1', 'us-west-2', 'eu-west-1'] }],
])('a manager over %s', (name, selection) => {
  describeConverse(name, async () => {
    const emulator = await createEmulator();

    function arrange(script: Script): Converse {
      let manager: LLMManager | undefined;
      const { respond, wasThrottled } = responderOf(script);
      emulator.when().always(respond);
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
      return new LLMManager({
        ...selection,
        catalog,
        connect: emulator.connect,
        retry: { maxRetries: 0 },
        defaultInferenceConfig: { maxTokens: 100 },
        // These tests run in real time, and a quota that has to be found begins slowly.
        memory: createSharedMemory({ limits: () => ({ known: { requestsPerMinute: 600_000 } }) }),
      });
    }

    return { arrange, refusalOf: ({ attempts }) => attempts[0]?.error?.code, close: emulator.close };
  });
});

/** A throttle would be waited for. Here it says that it lasts an hour, and the next call begins without that memory. */
function responderOf(script: Script): { respond: Responder; wasThrottled(): boolean } {
  let number = 0;
  let isThrottled = false;

  function lasting(error: Error): Error {
    if (!isConverseError(error) || error.code !== 'throttled') return error;
    isThrottled = true;
    return new ConverseError('throttled', error.message, { retryAfterMs: 3_600_000 });
  }

  return {
    wasThrottled: () => isThrottled,
    async respond({ request }) {
      number += 1;
      const answer = await (typeof script === 'function'
        ? script({ number, request, options: {} })
        : script[number - 1]);
      if (answer === undefined) throw new RangeError(`The script holds no reply for call ${number}.`);
      if (typeof answer === 'string') return reply(answer);
      if (answer instanceof Error) return lasting(answer);
      return Array.isArray(answer) ? answer.map((step) => (step instanceof Error ? lasting(step) : step)) : answer;
    },
  };
}
