import { errorAdvice } from './advice.ts';
import type { Attempt, PartialResponse } from './reply.ts';
import { plainWithoutSecrets, withoutSecrets } from './secrets.ts';
import type { TargetName } from './target.ts';

/** Why a call failed. Closed on purpose, so that a `switch` over it is checked for completeness. */
export type ConverseErrorCode = keyof ConverseErrorData;

/** What each code says beyond the fields that every {@link ConverseError} has. */
export type ConverseErrorData = {
  /** Too many requests or tokens a minute. */
  throttled: { limit?: 'requests' | 'tokens' | undefined };
  /** A quota that no short wait refills, such as tokens per day. */
  quota_exhausted: { limit?: 'tokens_per_day' | 'service_quota' | undefined };
  /** The service is not there: 503, outage, refused connection, DNS, TLS. */
  unavailable: unknown;
  /** The service failed inside. */
  internal: unknown;
  /** The model failed. */
  model_error: { originalStatus?: number | undefined };
  /** The model is still being loaded. */
  model_not_ready: unknown;
  /** A deadline passed: ours, or the model's own (`model`). */
  timeout: { phase: 'connect' | 'first_event' | 'idle' | 'total' | 'model'; deadlineMs?: number | undefined };
  /** The connection broke: reset, half a frame, a bad checksum. */
  connection: unknown;
  /** The stream ended without `messageStop`. What came is in `partial`. */
  stream_truncated: unknown;
  /** The reply makes no sense: no JSON, an empty 200, a proxy's page. */
  malformed_reply: { problems?: Problem[] | undefined };
  /** The credentials are expired, wrong or missing, or the clock is off. */
  credentials: { reason?: 'expired' | 'wrong' | 'missing' | 'clock' | undefined };
  /** Not allowed. `hint` says what to ask for. */
  access_denied: { hint?: string | undefined };
  /** There is no such model here. */
  unknown_model: unknown;
  /** There was such a model. */
  model_retired: { successor?: string | undefined };
  /** The profile belongs to another geography than the region. */
  wrong_geography: unknown;
  /** The model is reached through an inference profile only. */
  needs_profile: unknown;
  /** More tokens than the model's window holds. */
  context_overflow: { tokens?: number | undefined; limit?: number | undefined };
  /** More bytes, blocks or files than the service takes. */
  too_large: { size?: number | undefined; limit?: number | undefined };
  /** The model refuses a field or a block, such as `toolChoice` or `document`. */
  unsupported_feature: { feature: string };
  /** The request is wrong, wherever it is sent. */
  invalid_request: { problems: Problem[] };
  /** The model or a filter refuses to answer. */
  content_refused: unknown;
  /** The reply came and is not what was asked for. */
  reply_rejected: { reason: string; details?: unknown };
  /** The caller's own budget of money or tokens is used up. */
  budget_reached: { limit?: 'usd' | 'tokens' | undefined };
  /** Everything was tried. */
  exhausted: { models: string[]; regions: string[] };
};

/** One thing that is wrong, and where. */
export type Problem = {
  /** Such as `messages[0].content[2].image.source.bytes`; empty for the whole. */
  path: string;
  /** What is wrong, what was received and what to do. */
  message: string;
};

/** What any error may know about its call. */
export type ConverseErrorContext = {
  /** The service's own name for it, such as `ThrottlingException`. */
  awsName?: string | undefined;
  /** The HTTP status. */
  status?: number | undefined;
  requestId?: string | undefined;
  /** How long the service asked to wait. */
  retryAfterMs?: number | undefined;
  target?: TargetName | undefined;
  /** What was tried before it was given up. */
  attempts?: readonly Attempt[] | undefined;
  /** What had arrived of a streamed reply. Not in the JSON form, because it is the model's text. */
  partial?: PartialResponse | undefined;
};

/**
 * The one error that every {@link Converse} throws. Test for it with {@link isConverseError}: `instanceof` fails when
 * two copies of this package are installed. The service's own error is its `cause`.
 *
 * @example
 * ```ts
 * import { ConverseError, isConverseError } from '@outcrop/converse';
 *
 * try {
 *   throw new ConverseError('timeout', 'No event came within 30 s.', { phase: 'first_event', deadlineMs: 30_000 });
 * } catch (error) {
 *   if (!isConverseError(error)) throw error;
 *   if (error.code === 'timeout') console.log(error.phase);
 * }
 * ```
 */
export type ConverseError<Code extends ConverseErrorCode = ConverseErrorCode> = Code extends Code
  ? ConverseErrorBase & ConverseErrorData[Code] & { readonly code: Code }
  : never;

/** What every {@link ConverseError} has, whatever its code. */
export interface ConverseErrorBase extends Error, Readonly<ConverseErrorContext> {
  readonly code: ConverseErrorCode;
  readonly attempts: readonly Attempt[];
  /** Plain data without prompt text, reply text and secrets, for a log, a journal or another process. */
  toJson(): ConverseErrorJson;
}

/** All that an error of this code may be given. */
export type ConverseErrorDetails<Code extends ConverseErrorCode> = ConverseErrorContext &
  ConverseErrorData[Code] & { cause?: unknown };

/** Makes a {@link ConverseError}: what the code has to say is asked for by the type of the last argument. */
export interface ConverseErrorConstructor {
  new <Code extends ConverseErrorCode>(
    code: Code,
    /** What happened, where, and what to do. Secrets that slip in are blotted out. */
    message: string,
    ...details: Record<never, never> extends ConverseErrorDetails<Code>
      ? [details?: ConverseErrorDetails<Code>]
      : [details: ConverseErrorDetails<Code>]
  ): ConverseError<Code>;
  readonly prototype: ConverseError;
}

// In the global registry, so that a second installed copy of this package shares it.
const brand = Symbol.for('@outcrop/converse/ConverseError');

class CallError extends Error implements ConverseErrorBase {
  // What a log shows of the class, which a minifier renames.
  static override readonly name = 'ConverseError';

  readonly code: ConverseErrorCode;
  declare readonly awsName: string | undefined;
  declare readonly status: number | undefined;
  declare readonly requestId: string | undefined;
  declare readonly retryAfterMs: number | undefined;
  declare readonly target: TargetName | undefined;
  readonly attempts: readonly Attempt[];
  declare readonly partial: PartialResponse | undefined;

  constructor(
    code: ConverseErrorCode,
    message: string,
    { cause, partial, attempts = [], ...rest }: ConverseErrorContext & { cause?: unknown } = {},
  ) {
    super(withoutSecrets(message), cause === undefined ? undefined : { cause });
    // Not by a computed member, which would keep bundlers from dropping the class where it is not used.
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.attempts = attempts;
    for (const [name, value] of Object.entries(rest)) {
      // The rest may come from a wire, and must replace neither a method nor, as `__proto__`, all of them.
      if (value !== undefined && !(name in this)) Object.assign(this, { [name]: value });
    }
    // Hidden from logs and spreads: it is the model's text.
    if (partial !== undefined) Object.defineProperty(this, 'partial', { value: partial });
  }

  // On the prototype: logs should not show it twice.
  override get name(): 'ConverseError' {
    return 'ConverseError';
  }

  toJson(): ConverseErrorJson {
    const { code, message, name, attempts, ...rest } = this;
    const details = plainWithoutSecrets(attempts.length > 0 ? { ...rest, attempts } : rest);
    return { name, code, message, ...(details as object) };
  }

  /** What `JSON.stringify` uses. */
  toJSON(): ConverseErrorJson {
    return this.toJson();
  }
}

/** See the type of the same name. */
export const ConverseError = CallError as unknown as ConverseErrorConstructor;

/**
 * Whether it is a {@link ConverseError} of this or of any other installed copy of this package. What a code has to say
 * is in its type.
 *
 * @example
 * ```ts
 * import { isConverseError } from '@outcrop/converse';
 *
 * function explain(error: unknown): string {
 *   if (!isConverseError(error)) throw error;
 *   if (error.code === 'throttled') return `Too many ${error.limit ?? 'calls'} a minute.`;
 *   if (error.code === 'exhausted') return `${error.attempts.length} calls came to nothing.`;
 *   return `${error.code}: ${error.message}`;
 * }
 * ```
 */
export function isConverseError(value: unknown): value is ConverseError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Adds what had arrived to an error that broke a stream, unless nothing had or the error says so itself. */
export function withPartial(error: unknown, partial: PartialResponse): unknown {
  const came = partial.output.message.content.length > 0;
  if (came && isConverseError(error) && error.partial === undefined && Object.isExtensible(error)) {
    Object.defineProperty(error, 'partial', { value: partial });
  }
  return error;
}

/** A {@link ConverseError} as plain data: its code, its message, its context and what the code says. */
export type ConverseErrorJson = Omit<ConverseErrorContext, 'attempts' | 'partial'> & {
  name: 'ConverseError';
  code: ConverseErrorCode;
  message: string;
  attempts?: Attempt[] | undefined;
  [data: string]: unknown;
};

/** The error that {@link ConverseErrorBase.toJson} wrote, on the other side of a wire or out of a journal. */
export function errorFromJson(json: unknown): ConverseError {
  if (typeof json === 'object' && json !== null && 'code' in json && 'message' in json) {
    const { code, message, name: _, attempts, partial: __, ...details } = json as ConverseErrorJson;
    if (typeof code === 'string' && Object.hasOwn(errorAdvice, code) && typeof message === 'string') {
      const known: Record<string, unknown> = { ...details, ...(Array.isArray(attempts) && { attempts }) };
      // What the type promises to be a list is one, whoever wrote the JSON.
      for (const name of listsOf[code] ?? []) if (!Array.isArray(known[name])) known[name] = [];
      return new ConverseError<ConverseErrorCode>(code, message, known as ConverseErrorDetails<ConverseErrorCode>);
    }
  }
  return new ConverseError('malformed_reply', 'An error arrived that is not the JSON form of a ConverseError.');
}

const listsOf: { readonly [Code in ConverseErrorCode]?: readonly (keyof ConverseErrorData[Code] & string)[] } = {
  invalid_request: ['problems'],
  exhausted: ['models', 'regions'],
};
