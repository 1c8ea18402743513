import { ConverseError, type ConverseErrorCode, type ConverseErrorDetails } from '@outcrop/converse';
import { type Fields, isObject } from './read-body.ts';

/** What a model's own error says, in our codes. */
const codes: { readonly [type: string]: ConverseErrorCode } = {
  overloaded_error: 'unavailable',
  rate_limit_error: 'throttled',
  rate_limit_exceeded: 'throttled',
  api_error: 'internal',
  server_error: 'internal',
  internal_error: 'internal',
  internal_server_error: 'internal',
  timeout_error: 'timeout',
  invalid_request_error: 'invalid_request',
  context_length_exceeded: 'context_overflow',
  authentication_error: 'credentials',
  permission_error: 'access_denied',
  not_found_error: 'unknown_model',
  request_too_large: 'too_large',
  content_filter: 'content_refused',
};

/** Throws the error that a body or a chunk holds instead of an answer: HTTP 200 is no promise. */
export function throwServiceError({ error, type }: Fields): void {
  if (!error) {
    if (type === 'error') throw new ConverseError('model_error', 'The model sent an error without a word about it.');
    return;
  }
  const {
    type: kind,
    code: detail,
    message,
  } = isObject(error) ? error : { type: undefined, code: undefined, message: error };
  const names = [detail, kind].filter((name) => typeof name === 'string');
  const code = names
    .map((name) => (Object.hasOwn(codes, name) ? codes[name] : undefined))
    .find((known) => known !== undefined);
  const said = typeof message === 'string' && message !== '' ? message : 'no more than that';
  const text = `The model sent an error instead of its answer (${names.join(', ') || 'of no known kind'}): ${said}`;
  const details = { phase: 'model', problems: [], ...(names[0] !== undefined && { awsName: names[0] }) };
  throw new ConverseError<ConverseErrorCode>(code ?? 'model_error', text, detailsFor(code, details));
}

function detailsFor(
  code: ConverseErrorCode | undefined,
  { phase, problems, ...rest }: { [name: string]: unknown },
): ConverseErrorDetails<ConverseErrorCode> {
  const own = code === 'timeout' ? { phase } : code === 'invalid_request' ? { problems } : {};
  return { ...rest, ...own } as ConverseErrorDetails<ConverseErrorCode>;
}
