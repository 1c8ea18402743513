const brand = Symbol.for('@outcrop/parallel/JournalError');

/** What a journal was begun with, and what it is opened with now. */
export type JournalDifference = { name: string; was: string; is: string };

/**
 * Why a journal cannot be used. `locked`: another process has it. `no_journal`: the file is something else.
 * `other_about`: it was begun with something else, see its `differences`. `other_input`: it belongs to other requests.
 * `write_failed`: the disk took no more; the journal is whole, and the run can be taken up again. Test for it with
 * {@link isJournalError}.
 */
export class JournalError extends Error {
  static override readonly name = 'JournalError';

  readonly code: 'locked' | 'no_journal' | 'other_about' | 'other_input' | 'write_failed';

  /** Of `other_about`: what of it is another thing now. */
  readonly differences: readonly JournalDifference[];

  constructor(
    code: JournalError['code'],
    message: string,
    { differences = [], ...options }: ErrorOptions & { differences?: readonly JournalDifference[] | undefined } = {},
  ) {
    super(message, options);
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.differences = differences;
  }

  /** The same after a minifier. */
  override get name(): 'JournalError' {
    return 'JournalError';
  }
}

/** Whether it is a {@link JournalError} of this or of any other installed copy of this package. */
export function isJournalError(value: unknown): value is JournalError {
  return typeof value === 'object' && value !== null && brand in value;
}
