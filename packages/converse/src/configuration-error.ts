import type { Problem } from './errors.ts';
import { withoutSecrets } from './secrets.ts';

const brand = Symbol.for('@outcrop/converse/ConfigurationError');

/**
 * A wrong set-up, with everything that is wrong with it at once. Test for it with {@link isConfigurationError}.
 */
export class ConfigurationError extends Error {
  static override readonly name = 'ConfigurationError';

  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const clean = problems.map(({ path, message }) => ({ path, message: withoutSecrets(message) }));
    const lines = clean.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(lines.length === 1 ? lines[0] : `${lines.length} problems:\n- ${lines.join('\n- ')}`);
    Object.defineProperty(this, brand, { value: true });
    this.problems = clean;
  }

  /** The same after a minifier. */
  override get name(): 'ConfigurationError' {
    return 'ConfigurationError';
  }
}

/** Whether it is a {@link ConfigurationError} of this or of any other installed copy of this package. */
export function isConfigurationError(value: unknown): value is ConfigurationError {
  return typeof value === 'object' && value !== null && brand in value;
}
