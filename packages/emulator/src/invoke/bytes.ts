/** What stands in base64, as plain bytes: a `Buffer` would share its memory with others. */
export function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
