import { toJson } from '@outcrop/converse/json';

/** Bytes as the JSON form of a conversation has them. */
export function base64Of(bytes: Uint8Array): string {
  const block = toJson({ image: { format: 'png', source: { bytes } } }) as { image: { source: { bytes: string } } };
  return block.image.source.bytes;
}
