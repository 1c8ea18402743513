import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import type { ConverseRequest } from '@outcrop/converse';
import { generateText, streamText } from 'ai';
import { type Client, called, credentials } from '../client.ts';

export function createClient(baseURL: string): Client {
  const model = createAmazonBedrock({ ...credentials, region: called.region, baseURL })(called.id);
  const ask = ({ messages = [], inferenceConfig }: ConverseRequest) => {
    const content = (messages[0]?.content ?? []).map(({ text = '', document }) => {
      if (!document) return { type: 'text' as const, text };
      const data = document.source.bytes ?? '';
      return { type: 'file' as const, mediaType: 'application/pdf', filename: document.name, data };
    });
    const { maxTokens = 100 } = inferenceConfig ?? {};
    return { model, maxRetries: 0, maxOutputTokens: maxTokens, messages: [{ role: 'user' as const, content }] };
  };
  return {
    call: async (request) => (await generateText(ask(request))).text,
    async stream(request, onText) {
      for await (const text of streamText(ask(request)).textStream) onText(text);
    },
    close() {},
  };
}
