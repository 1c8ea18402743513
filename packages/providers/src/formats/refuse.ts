import { ConverseError } from '@outcrop/converse';

/** The error for what a body has no place for. `feature` is the key of the field or the block. */
export function unsupported(
  format: string,
  feature: string,
  path: string,
  why = 'has no place for it',
): ConverseError<'unsupported_feature'> {
  const message = `${path}: the body format ${format} ${why}. Leave it out, or call the model by the Converse API.`;
  return new ConverseError('unsupported_feature', message, { feature });
}

/** The error for what no model could make sense of. */
export function invalid(path: string, message: string, cause?: unknown): ConverseError<'invalid_request'> {
  return new ConverseError('invalid_request', `${path || 'The request'}: ${message}`, {
    problems: [{ path, message }],
    cause,
  });
}
