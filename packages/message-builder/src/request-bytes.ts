import type { Message } from '@outcrop/converse';

/** How long the body of a request is that holds this message and nothing else, without writing its base64. */
export function requestBytes(message: Message): number {
  let base64Bytes = 0;
  const json = JSON.stringify({ messages: [message] }, (_, value) => {
    if (!(value instanceof Uint8Array)) return value;
    base64Bytes += 4 * Math.ceil(value.length / 3);
    return '';
  });
  return base64Bytes + new TextEncoder().encode(json).length;
}
