const brand = Symbol.for('@outcrop/parallel/JournalError');

/**
 * Why a journal cannot be used. `locked`: another process has it. `no_journal`: the file is something else.
 * `other_input`: it belongs to other requests. `write_failed`: the disk took no more; the journal is whole, and the run
 * can be taken up again. Test for it with {@link isJournalError}.
 */
export class JournalError extends Error {
  static override readonly name = 'JournalError';

  readonly code: 'locked' | 'no_journal' | 'other_input' | 'write_failed';

  constructor(code: JournalError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
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
