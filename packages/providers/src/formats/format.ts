import type {
  ConverseRequest,
  ConverseResponse,
  ConverseStreamEvent,
  ModelTraits,
  TokenUsage,
  Warning,
} from '@outcrop/converse';

/**
 * A body of InvokeModel: how a Converse request is written into it, and how a Converse reply is read out of it. Which
 * one a model speaks is `invokeFormat` of its traits.
 */
export interface InvokeFormat {
  /** What `traits.invokeFormat` says of the models that speak it. */
  readonly name: string;
  /**
   * The body of a request.
   *
   * @throws {ConverseError} `unsupported_feature` for what this body can't say, `invalid_request` for what none can.
   */
  encode(request: ConverseRequest, context: InvokeRequestContext): EncodedRequest;
  /** The reply that this body says. An error other than a `ConverseError` becomes a `malformed_reply`. */
  decode(body: unknown, context: InvokeReplyContext): ConverseResponse;
  /** A decoder for one stream. */
  decodeStream(context: InvokeReplyContext): InvokeStream;
}

/** What a request is written for. */
export type InvokeRequestContext = {
  traits: ModelTraits;
  /** Whether the reply is to be streamed: a few bodies say so. */
  stream: boolean;
};

/** A request as InvokeModel takes it. */
export type EncodedRequest = {
  /** What `JSON.stringify` makes the body of: bytes are base64 already. */
  body: unknown;
  /** What was changed on the way, for the reply's `warnings`. */
  warnings: Warning[];
};

/** What there is to know about a reply beside its body. */
export type InvokeReplyContext = {
  /** The request as it was encoded. */
  request: ConverseRequest;
  /** What the response's headers count, if they do. The body's own figures go first. */
  counts?: InvokeCounts | undefined;
  /** Takes what is to stand in the reply's `warnings` and the reply itself does not say. */
  warn?: ((warning: Warning) => void) | undefined;
};

/** Tokens and time, as the response's headers or a stream's last chunk give them. */
export type InvokeCounts = Partial<Omit<TokenUsage, 'totalTokens'>> & { latencyMs?: number | undefined };

/** Chunks in, events out. */
export interface InvokeStream {
  /** Takes the JSON of the next chunk. It throws the error that a chunk holds. */
  add(chunk: unknown): readonly ConverseStreamEvent[];
  /** The last events. It is called where the service ended the stream, be it too early: then there is no `messageStop`. */
  end(): readonly ConverseStreamEvent[];
}
