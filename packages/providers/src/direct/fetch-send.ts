import type { WireResponse } from '../wire/transport.ts';
import type { SignedRequest } from './direct-transport.ts';

/** What of `fetch` is needed: the platform's own fits, and so does any other. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
    signal: AbortSignal;
  },
) => Promise<Response>;

/** Sends with `fetch`, which makes and keeps the connections. */
export function createFetchSend(fetch: Fetch): (request: SignedRequest) => Promise<WireResponse> {
  return async ({ href, method, headers: { host: _, ...headers }, body, signal }) => {
    const init = { method, headers, signal, ...(body && { body: body as string | Uint8Array<ArrayBuffer> }) };
    const response = await fetch(href, init);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: chunksOf(response.body),
    };
  };
}

/** By its reader, because not every browser iterates a stream. */
function chunksOf(body: ReadableStream<Uint8Array> | null): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const reader = body?.getReader();
      return {
        async next() {
          const { done, value } = (await reader?.read()) ?? theEnd;
          return done ? theEnd : { done: false, value };
        },
        async return() {
          // One that is broken already says so again, and nobody wants to know.
          await reader?.cancel().catch(() => {});
          return theEnd;
        },
      };
    },
  };
}

const theEnd = { done: true, value: undefined } as const;
