import type { ConverseRequest } from '@outcrop/converse';
import { BedrockModel, DocumentBlock, Message, TextBlock } from '@strands-agents/sdk';
import { type Client, called, credentials } from '../client.ts';

export function createClient(endpoint: string): Client {
  const clientConfig = { endpoint, credentials, maxAttempts: 1 };
  const config = { modelId: called.id, region: called.region, maxTokens: 100, clientConfig };
  const [whole, streaming] = [new BedrockModel({ ...config, stream: false }), new BedrockModel(config)];
  return {
    async call(request) {
      let answer = '';
      await read(whole, request, (piece) => {
        answer += piece;
      });
      return answer;
    },
    stream: (request, onText) => read(streaming, request, onText),
    close() {},
  };
}

async function read(model: BedrockModel, { messages = [] }: ConverseRequest, onText: (piece: string) => void) {
  const content = (messages[0]?.content ?? []).map(({ text = '', document }) => {
    if (!document) return new TextBlock(text);
    const bytes = document.source.bytes as Uint8Array;
    return new DocumentBlock({ name: document.name, format: 'pdf', source: { bytes } });
  });
  for await (const event of model.stream([new Message({ role: 'user', content })])) {
    if (event.type === 'modelContentBlockDeltaEvent' && event.delta.type === 'textDelta') onText(event.delta.text);
  }
}
