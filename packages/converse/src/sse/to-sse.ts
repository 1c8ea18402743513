import type { ConverseStream } from '../converse.ts';
import { toJson } from '../json/json.ts';
import { beyondForm, errorForm } from './public-form.ts';
import { type SseMessage, sseText } from './sse-text.ts';

/** What concerns the sending of a stream. */
export type ToSseOptions = {
  /**
   * Whether the reader may know everything: a service of your own, not a page. A page gets every event, what it cost
   * and who answered, but of errors, those of `attempts` too, only what it can act on: the code, and such as
   * `retryAfterMs`. Messages of the service, request ids and account numbers stay on the server.
   * @default false
   */
  trusted?: boolean | undefined;
};

/**
 * The answer of a web handler that hands a streamed reply on, as `text/event-stream`. Read it with {@link fromSse}.
 *
 * The call starts when the body is first read, and goes on as fast as it is read; when the client goes away, the call
 * ends. So the status is always 200, and what fails later arrives as an error in the stream. The events are sent as
 * they are, the guardrail's trace included if the request asked for one. More headers, such as those of CORS, can be
 * set on the response.
 *
 * @throws {TypeError} if the stream has been read already.
 *
 * @example
 * ```ts
 * import type { Converse } from '@outcrop/converse';
 * import { messagesFromJson } from '@outcrop/converse/json';
 * import { toSse } from '@outcrop/converse/sse';
 *
 * async function answer(request: Request, model: Converse): Promise<Response> {
 *   const messages = messagesFromJson(await request.text(), { maxBytes: 5_000_000 });
 *   return toSse(model.converseStream({ messages }, { signal: request.signal }));
 * }
 * ```
 */
export function toSse(stream: ConverseStream, { trusted = false }: ToSseOptions = {}): Response {
  const events = stream[Symbol.asyncIterator]();
  const encoder = new TextEncoder();

  async function next(): Promise<SseMessage> {
    try {
      const { done, value } = await events.next();
      if (!done) return { name: '', data: JSON.stringify(toJson(value)) };
      return { name: 'reply', data: JSON.stringify(beyondForm(await stream.response, trusted)) };
    } catch (error) {
      // It is over already, unless it was the writing that failed. Nobody waits for the end of it.
      events.return?.().catch(() => {});
      return { name: 'failure', data: JSON.stringify(errorForm(error, trusted)) };
    }
  }

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const message = await next();
        controller.enqueue(encoder.encode(sseText(message)));
        if (message.name !== '') controller.close();
      },
      async cancel() {
        await events.return?.();
      },
    },
    // Nothing is asked of the model before the client asks for it.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers });
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies that compress would wait until they have enough to compress.
  'cache-control': 'no-store, no-transform',
  // What nginx, and those that imitate it, need to be told to pass each piece on at once.
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};
