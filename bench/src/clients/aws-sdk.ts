import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { ConverseRequest } from '@outcrop/converse';
import { type Client, called, credentials } from '../client.ts';

export function createClient(endpoint: string, config: BedrockRuntimeClientConfig = {}): Client {
  const { id: modelId, region } = called;
  const client = new BedrockRuntimeClient({ endpoint, region, credentials, maxAttempts: 1, ...config });
  const input = (request: ConverseRequest) => ({ modelId, ...request }) as ConverseCommandInput;
  return {
    async call(request) {
      const { output } = await client.send(new ConverseCommand(input(request)));
      return output?.message?.content?.[0]?.text;
    },
    async stream(request, onText) {
      const { stream = [] } = await client.send(new ConverseStreamCommand(input(request)));
      for await (const { contentBlockDelta } of stream) {
        const text = contentBlockDelta?.delta?.text;
        if (text) onText(text);
      }
    },
    close: () => client.destroy(),
  };
}
