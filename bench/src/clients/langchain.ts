import { ChatBedrockConverse } from '@langchain/aws';
import { HumanMessage } from '@langchain/core/messages';
import type { ConverseRequest } from '@outcrop/converse';
import { type Client, called, credentials } from '../client.ts';

export function createClient(endpoint: string): Client {
  // Its own way to say an endpoint speaks TLS only.
  process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] = endpoint;
  const { id: model, region } = called;
  const chat = new ChatBedrockConverse({ model, region, credentials, maxTokens: 100, maxRetries: 0 });
  const ask = ({ messages = [] }: ConverseRequest) => {
    const content = (messages[0]?.content ?? []).map(({ text = '', document }) =>
      document ? { type: 'document', document } : { type: 'text', text },
    );
    return [new HumanMessage({ content: content as never })];
  };
  return {
    call: async (request) => (await chat.invoke(ask(request))).text,
    async stream(request, onText) {
      for await (const { text } of await chat.stream(ask(request))) if (text) onText(text);
    },
    close() {},
  };
}
