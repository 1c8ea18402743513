const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * An answer that tells events for as long as somebody listens. `start` is given what sends one, and returns what ends
 * the sending.
 */
export function eventStream<Event>(signal: AbortSignal, start: (send: (event: Event) => void) => () => void): Response {
  const encoder = new TextEncoder();
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: Event) => controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
      // The reader learns at once that it is connected.
      controller.enqueue(encoder.encode(': open\n\n'));
      const end = start(send);
      const onAbort = () => {
        stop();
        controller.close();
      };
      stop = () => {
        end();
        signal.removeEventListener('abort', onAbort);
      };
      signal.addEventListener('abort', onAbort);
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers });
}
