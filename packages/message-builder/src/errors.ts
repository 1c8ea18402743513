import type { Problem, Warning } from '@outcrop/converse';

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
  | 'invalid_data_url'
  | 'invalid_s3_location'
  | 'too_large'
  | 'too_many_pixels'
  | 'wrong_kind'
  | 'wrong_format'
  | 'unknown_format'
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
  /** A size in bytes, a count, a length in pixels, a format, a role or a file: as the code says. */
  received?: number | string | undefined;
  /** What `received` may be at most. */
  limit?: number | undefined;
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

  // On the prototype and spelt out: a minifier renames the class.
  override get name(): 'MessageBuilderError' {
    return 'MessageBuilderError';
  }

  get [brand](): true {
    return true;
  }
}

/** Whether it is a {@link MessageBuilderError} of this or of any other installed copy of this package. */
export function isMessageBuilderError(value: unknown): value is MessageBuilderError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Where a thing stands in the message. */
export type Place = { path: string; block?: number };

/** What one run of `build()` finds. */
export type Report = { problems: MessageProblem[]; warnings: Warning[]; causes: unknown[] };

/** The problems in the order of the blocks, whichever file happened to be read first; the message's own come last. */
export function sortByBlock(problems: MessageProblem[]): MessageProblem[] {
  return problems.sort((a, b) => (a.block ?? Number.MAX_VALUE) - (b.block ?? Number.MAX_VALUE));
}
