import type { ContentBlock, Message } from '../content.ts';
import { ConverseError } from '../errors.ts';
import type { ConverseStreamEvent } from '../events.ts';
import type { JsonValue } from '../one-of.ts';
import type { ConverseResponse, PartialResponse } from '../reply.ts';
import type { ConverseRequest } from '../request.ts';
import { base64Size, decodeBase64, encodeBase64 } from './base64.ts';
import { type Conversion, convert } from './convert.ts';
import { list, outgoing, type Shape } from './shape.ts';
import { event, message, request, response } from './shapes.ts';

/** What has a JSON form: everything that a conversation is made of, alone or in a list. */
export type Convertible = ConvertiblePart | readonly ConvertiblePart[];

/** One thing that has a JSON form. */
export type ConvertiblePart =
  | Message
  | ContentBlock
  | ConverseRequest
  | ConverseResponse
  | PartialResponse
  | ConverseStreamEvent;

/** What concerns the reading of JSON. */
export type FromJsonOptions = {
  /**
   * How many bytes of images, documents, videos and sounds the whole value may hold. It is looked at before anything
   * is decoded. The length of a text is its sender's to limit: this is no limit on the JSON itself.
   * @default no limit
   */
  maxBytes?: number | undefined;
};

/**
 * The JSON form of messages, blocks, requests, replies and events. It is Bedrock's own: the same fields, with base64
 * where bytes stand. The value is copied, never changed; fields that are `undefined` are left out.
 *
 * Bytes in a block of a kind that this release does not know become base64 too, which is what Bedrock expects of it;
 * reading that back gives the base64, because nobody knows that it was bytes.
 *
 * @throws {ConverseError} `invalid_request`, with every place that holds what JSON cannot say: a function, a bigint,
 * `NaN`, a `Date`, a `Map`, a cycle, more than 512 levels, or bytes inside of free JSON such as a tool's input.
 *
 * @example
 * ```ts
 * import { toJson } from '@outcrop/converse/json';
 *
 * const bytes = new Uint8Array([137, 80, 78, 71]);
 * JSON.stringify(toJson({ role: 'user', content: [{ image: { format: 'png', source: { bytes } } }] }));
 * ```
 */
export function toJson(value: Convertible): JsonValue {
  return convert(value, outgoing, { encode: encodeBase64, code: 'invalid_request', name: 'JSON' }) as JsonValue;
}

/**
 * The message of a JSON text or of what `JSON.parse` made of one. It may come from anywhere: what is returned has the
 * structure that its type says, and is a copy. Known fields are checked for their types only; unknown fields and
 * blocks are kept as they came; a known field that is `null` is left out, as Bedrock reads it.
 *
 * @throws {ConverseError} `invalid_request`, with up to 20 `problems` and their paths.
 *
 * @example
 * ```ts
 * import { messageFromJson } from '@outcrop/converse/json';
 *
 * const text = '{"role":"user","content":[{"image":{"format":"png","source":{"bytes":"iVBORw=="}}}]}';
 * messageFromJson(text, { maxBytes: 5_000_000 }).content[0]?.image?.source.bytes; // a Uint8Array of 4
 * ```
 */
export function messageFromJson(json: unknown, options?: FromJsonOptions): Message {
  return read(json, message, { code: 'invalid_request', name: 'a message', ...options });
}

/** The messages of a conversation, as {@link messageFromJson} reads one. */
export function messagesFromJson(json: unknown, options?: FromJsonOptions): Message[] {
  const reading = { code: 'invalid_request', name: 'a list of messages', at: 'messages' } as const;
  return read(json, list(message), { ...reading, ...options });
}

/** A whole request, as {@link messageFromJson} reads a message. */
export function requestFromJson(json: unknown, options?: FromJsonOptions): ConverseRequest {
  return read(json, request, { code: 'invalid_request', name: 'a request', ...options });
}

/**
 * A reply, as {@link messageFromJson} reads a message: Bedrock's own, or one that Outcrop has added to.
 *
 * @throws {ConverseError} `malformed_reply`, with `problems`: it is not the caller's request that is wrong.
 */
export function responseFromJson(json: unknown, options?: FromJsonOptions): ConverseResponse {
  return read(json, response, { code: 'malformed_reply', name: 'a reply', ...options });
}

/** An event of a streamed reply, as {@link responseFromJson} reads a whole one. */
export function eventFromJson(json: unknown, options?: FromJsonOptions): ConverseStreamEvent {
  return read(json, event, { code: 'malformed_reply', name: 'an event of a reply', ...options });
}

/** The one cast of this entry: what the shape has let through has the type that the shape is held to. */
export function read<T>(
  json: unknown,
  shape: Shape<T>,
  { maxBytes = Number.POSITIVE_INFINITY, ...reading }: Reading & FromJsonOptions,
): T {
  let room = maxBytes;

  function decode(base64: string): Uint8Array | string {
    room -= base64Size(base64);
    if (!(room >= 0)) return `more bytes than the ${maxBytes} that are allowed in all`;
    return decodeBase64(base64) ?? 'expected base64 with padding, without whitespace and without a data: prefix';
  }

  return convert(typeof json === 'string' ? parse(json, reading) : json, shape, { ...reading, decode }) as T;
}

type Reading = Omit<Conversion, 'encode' | 'decode'>;

function parse(text: string, { code, name }: Reading): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's own error, which quotes the text: it is somebody's prompt.
    const message = 'the text is not JSON';
    throw new ConverseError(code, `This is not ${name}: ${message}.`, { problems: [{ path: '', message }] });
  }
}
