/**
 * What Bedrock takes in a message and a request: one table, which builders, normalisers and the emulator share.
 * A megabyte is 1,000,000 bytes here, and a value equal to its limit passes. Where a model takes less or more, its
 * traits say so.
 */
export const converseLimits = {
  /** Converse API reference, Message: up to 20 images a request. */
  imagesPerRequest: 20,
  /** Converse API reference, Message: 3.75 MB an image. */
  imageBytes: 3_750_000,
  /** Converse API reference, Message: 8,000 px wide and as much high. */
  imagePixelsPerSide: 8_000,
  /** Converse API reference, Message: up to five documents a request. */
  documentsPerRequest: 5,
  /** Converse API reference, Message: 4.5 MB a document. Claude 4 and Nova have been seen to take larger PDFs. */
  documentBytes: 4_500_000,
  /** Service model, DocumentBlock: 1 to 200 characters. What they may be is for `documentName`. */
  documentNameLength: 200,
  /** Nova user guide: one video a request. */
  videosPerRequest: 1,
  /** Nova user guide: 1 GB from S3. What is inline is bound by `requestBytes`. */
  videoBytesFromS3: 1_000_000_000,
  /** Service model: the whole body of a request, in which base64 makes four bytes of three. */
  requestBytes: 25_000_000,
  /** Service model: tools have to have names of 1 to 64 letters, digits, `_` or `-`. */
  toolName: /^[a-zA-Z0-9_-]{1,64}$/,
  /** Service model: ids of tool calls are 1 to 64 letters, digits, `_`, `.`, `:` or `-`. */
  toolUseId: /^[a-zA-Z0-9_.:-]{1,64}$/,
  /** Service model, InferenceConfiguration. */
  stopSequences: 2_500,
  /** Prompt caching guide: cache points in system, tools and messages together. */
  cachePointsPerRequest: 4,
  /** Service model: JSON pointers in `additionalModelResponseFieldPaths`, of at most 256 characters each. */
  responseFieldPaths: 10,
  /** Service model: pairs in `requestMetadata`; keys of 1 to 256 characters, values of up to 256. */
  requestMetadataPairs: 16,
  /** Service model: what keys and values of `requestMetadata` are made of. */
  requestMetadataText: /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/,
} as const;
