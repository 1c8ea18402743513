import { converseLimits } from '@outcrop/converse';

/**
 * What `build()` holds a message to, unless its `limits` say otherwise: the figures of `converseLimits`, of which
 * those for a request count for a message, and one of our own. A value equal to its limit passes.
 */
export const messageLimits = {
  ...converseLimits,
  /** Ours: Bedrock states none, and a message of more blocks is most likely a loop gone wrong. */
  blocksPerMessage: 100,
} as const;

/** The limits of a message, by the names of {@link messageLimits}, of which a caller may set any. */
export type MessageLimits = {
  [Name in
    | 'blocksPerMessage'
    | 'imagesPerRequest'
    | 'imageBytes'
    | 'imagePixelsPerSide'
    | 'documentsPerRequest'
    | 'documentBytes'
    | 'videosPerRequest'
    | 'cachePointsPerRequest'
    | 'requestBytes']: number;
};

/** The caller's limits over the usual ones. */
export function limitsFrom(own: Partial<MessageLimits> = {}): MessageLimits {
  for (const [name, value] of Object.entries(own)) {
    if (!Object.hasOwn(messageLimits, name)) throw new TypeError(`There is no limit '${name}'.`);
    if (typeof value !== 'number' || !(value > 0))
      throw new RangeError(`limits.${name} has to be above 0, not ${value}.`);
  }
  return { ...messageLimits, ...own };
}

/** How many bytes one file can have at most, when base64 makes four bytes of three in a request of that size. */
export function inlineBytes({ requestBytes }: MessageLimits): number {
  return Math.floor(requestBytes / 4) * 3;
}
