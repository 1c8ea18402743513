import { type Converse, type Target, textOf } from '@outcrop/converse';
import { type Client, called } from './client.ts';

export const target: Target = { ...called, route: 'geo', api: 'converse', quotaKey: 'haiku', traits: {} };

/** Whatever is a `Converse` is read in the same way. */
export function clientOf(model: Converse, close: () => unknown): Client {
  return {
    call: async (request) => textOf(await model.converse(request)),
    async stream(request, onText) {
      for await (const { contentBlockDelta } of model.converseStream(request)) {
        const text = contentBlockDelta?.delta?.text;
        if (text) onText(text);
      }
    },
    close,
  };
}
