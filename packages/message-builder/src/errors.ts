import type { Problem } from '@outcrop/converse';

/** What can be wrong with a message. Closed, so that a `switch` over it is checked for completeness. */
export type MessageProblemCode =
  | 'empty_message'
  | 'blank_text'
  | 'wrong_role'
  | 'missing_file'
  | 'not_a_file'
  | 'no_permission'
  | 'unreadable_file'
  | 'empty_file'
  | 'invalid_base64'
  | 'invalid_s3_uri'
  | 'invalid_bucket_owner'
  | 'too_large'
  | 'request_too_large'
  | 'too_many_pixels'
  | 'wrong_kind'
  | 'wrong_format'
  | 'unknown_format'
  | 'unlisted_format'
  | 'unsupported_format'
  | 'invalid_tool_use_id'
  | 'invalid_tool_name'
  | 'empty_tool_result'
  | 'document_without_text'
  | 'too_many_blocks'
  | 'too_many_images'
  | 'too_many_documents'
  | 'too_many_videos'
  | 'too_many_cache_points';

/** One thing that is wrong with a message: where, what was received, what the limit is, and what to do. */
export type MessageProblem = Problem & {
  code: MessageProblemCode;
  /** Which block, counted from 0 in the order of the calls; left out where it is the message as a whole. */
  block?: number | undefined;
  /** A size in bytes, a count, a length in pixels, a format, a role: as the code says. */
  received?: number | string | undefined;
  /** What `received` may be at most. */
  limit?: number | undefined;
  /** The name of the file, where it has one. */
  file?: string | undefined;
};

// In the global registry, so that a second installed copy of this package shares it.
const brand = Symbol.for('@outcrop/message-builder/MessageBuilderError');

/**
 * A message that cannot be built, with everything that is wrong with it at once. Test for it with
 * {@link isMessageBuilderError}: `instanceof` fails when two copies of this package are installed. What a file system
 * or a browser threw is its `cause`; several of them come as an `AggregateError`.
 */
export class MessageBuilderError extends Error {
  readonly problems: readonly MessageProblem[];

  constructor(problems: readonly MessageProblem[], causes: readonly unknown[] = []) {
    const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    const text = lines.length === 1 ? lines[0] : `The message has ${lines.length} problems:\n- ${lines.join('\n- ')}`;
    super(
      text,
      causes.length === 0 ? undefined : { cause: causes.length > 1 ? new AggregateError(causes) : causes[0] },
    );
    this.problems = problems;
  }

  /** The same after a minifier. */
  override get name(): 'MessageBuilderError' {
    return 'MessageBuilderError';
  }

  /** What {@link isMessageBuilderError} looks for. */
  get [brand](): true {
    return true;
  }
}

/** Whether it is a {@link MessageBuilderError} of this or of any other installed copy of this package. */
export function isMessageBuilderError(value: unknown): value is MessageBuilderError {
  return typeof value === 'object' && value !== null && brand in value;
}
